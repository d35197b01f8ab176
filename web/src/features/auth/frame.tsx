import type { ReactNode } from 'react';
import { Wordmark } from '@/ui';

interface FrameProps {
  /** The server's own name, when it has one. */
  server: string | undefined;
  title: string;
  lead?: ReactNode;
  children: ReactNode;
  footer?: ReactNode;
}

/** The page around every form before sign-in: a quiet panel, and on wide screens a lit wall beside it. */
export function Frame({ server, title, lead, children, footer }: FrameProps) {
  return (
    <div className="flex h-full bg-surface">
      <main className="scroll-pane flex flex-1 flex-col px-6 py-8">
        <div className="m-auto flex w-full max-w-sm flex-col gap-7">
          <div className="flex items-center gap-3">
            <Wordmark />
            {server && server !== 'Parlor' && (
              <span className="min-w-0 truncate border-s border-line ps-3 leading-7 text-soft">
                <bdi>{server}</bdi>
              </span>
            )}
          </div>
          <div className="flex flex-col gap-2">
            <h1 className="text-2xl font-semibold tracking-tight text-balance">{title}</h1>
            {lead && <p className="text-soft text-pretty">{lead}</p>}
          </div>
          {children}
          {footer && <p className="text-soft">{footer}</p>}
        </div>
      </main>
      <Wall />
    </div>
  );
}

/** Three arches with a lamp in one: the mark, enlarged. Decoration only. */
function Wall() {
  return (
    <div className="hidden w-[42%] max-w-2xl items-end justify-center overflow-hidden bg-canvas wide:flex">
      <svg aria-hidden="true" viewBox="0 0 600 620" className="size-full" preserveAspectRatio="xMidYMax slice">
        <g className="fill-selected">
          <path d="M40 620V300a90 90 0 0 1 180 0v320z" />
          <path d="M420 620V380a70 70 0 0 1 140 0v240z" />
        </g>
        <path className="fill-arch" d="M190 620V250a125 125 0 0 1 250 0v370z" />
        <path className="fill-surface" d="M238 466V268a77 77 0 0 1 154 0v66a60 60 0 0 1-60 60h-40z" />
        <circle className="fill-lamp" cx="315" cy="270" r="27" />
        <path className="fill-line" d="M0 618h600v2H0z" />
      </svg>
    </div>
  );
}
