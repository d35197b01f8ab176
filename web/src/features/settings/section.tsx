import type { ReactNode } from 'react';
import { cx } from '@/ui';

interface SectionProps {
  title: string;
  lead?: ReactNode;
  /** The only one on its screen, whose name a phone shows in the bar already. */
  only?: boolean;
  children: ReactNode;
}

/** One group of settings with its heading. */
export function Section({ title, lead, only = false, children }: SectionProps) {
  return (
    <section className="flex flex-col gap-4 border-b border-line pb-8 last:border-none">
      <div className={cx('flex flex-col gap-1', only && !lead && 'phone:hidden')}>
        <h2 className={cx('text-lg font-semibold', only && 'phone:hidden')}>{title}</h2>
        {lead && <p className="text-soft">{lead}</p>}
      </div>
      {children}
    </section>
  );
}
