import type { ReactNode } from 'react';

/** One group of settings with its heading. */
export function Section({ title, lead, children }: { title: string; lead?: ReactNode; children: ReactNode }) {
  return (
    <section className="flex flex-col gap-4 border-b border-line pb-8 last:border-none">
      <div className="flex flex-col gap-1">
        <h2 className="text-lg font-semibold">{title}</h2>
        {lead && <p className="text-soft">{lead}</p>}
      </div>
      {children}
    </section>
  );
}
