import { useLingui } from '@lingui/react/macro';
import { Search, Settings, SquarePen } from 'lucide-react';
import { Suspense } from 'react';
import { Link, useLocation } from 'wouter';
import { useSlots } from '@/features/slots';
import { OwnButton } from '@/features/status';
import { keyCaps } from '@/lib/keys';
import { paths } from '@/lib/paths';
import { cx, Wordmark } from '@/ui';
import { ConversationList } from './list';

interface SidebarProps {
  /** The conversation on screen. */
  open: string | undefined;
  onSearch: () => void;
}

export function Sidebar({ open, onSearch }: SidebarProps) {
  const { t } = useLingui();
  const find = useSlots().shortcuts.find(({ id }) => id === 'switcher');
  const link = 'inline-flex size-9 touch:size-11 items-center justify-center rounded-md text-soft hover:bg-hover hover:text-ink';
  return (
    <nav aria-label={t`Conversations`} className="flex h-full min-h-0 flex-col bg-canvas pt-[env(safe-area-inset-top)]">
      <div className="flex h-15 shrink-0 items-center gap-1 ps-4 pe-2.5">
        <Link href={paths.home()} aria-label={t`Parlor, start page`} className="me-auto rounded-md">
          <Wordmark />
        </Link>
        <Link href={paths.newChat()} state={{ parlor: true }} aria-label={t`New chat`} title={t`New chat`} className={link}>
          <SquarePen className="size-5" />
        </Link>
        <Link href={paths.settings()} state={{ parlor: true }} aria-label={t`Settings`} title={t`Settings`} className={link}>
          <Settings className="size-5" />
        </Link>
        <OwnButton className={cx(link, 'w-auto min-w-9 gap-1 px-1 touch:min-w-11')} />
      </div>
      <div className="px-4 pb-2.5">
        <button
          type="button"
          onClick={onSearch}
          className="flex min-h-9 w-full items-center gap-2 rounded-md bg-hover px-3 text-sm text-soft hover:text-ink touch:min-h-11 forced:border"
        >
          <Search aria-hidden="true" className="size-4" />
          <span className="flex-1 text-start">{t`Find a conversation`}</span>
          <span aria-hidden="true" className="text-xs text-faint phone:hidden touch:hidden">
            {find && keyCaps(find.keys).join(' ')}
          </span>
        </button>
      </div>
      <Entries />
      <Banners />
      <ConversationList open={open} />
    </nav>
  );
}

function Banners() {
  return useSlots().sidebarBanners.map(({ id, Component }) => (
    <Suspense key={id}>
      <Component />
    </Suspense>
  ));
}

/** The places beside the conversations: what is saved, threads, requests. On a phone side by side, which leaves the height to the list. */
function Entries() {
  const { sidebarEntries } = useSlots();
  const [path] = useLocation();
  if (sidebarEntries.length === 0) return null;
  return (
    <ul className="px-2 pb-1.5 phone:flex">
      {sidebarEntries.map(({ id, icon: Icon, label, href, Badge }) => (
        <li key={id} className="phone:min-w-0 phone:flex-1">
          <Link
            href={href}
            state={{ parlor: true }}
            aria-current={path === href ? 'page' : undefined}
            className={cx(
              'flex min-h-9 items-center gap-3 rounded-md px-2.5 outline-offset-[-2px] touch:min-h-11',
              'phone:relative phone:min-h-14 phone:flex-col phone:justify-center phone:gap-1 phone:px-0.5',
              path === href ? 'bg-selected font-medium forced:outline' : 'hover:bg-hover',
            )}
          >
            <Icon className="mx-2.5 size-5 text-soft" />
            <span className="min-w-0 flex-1 truncate phone:max-w-full phone:flex-none phone:text-xs">{label()}</span>
            {Badge && (
              <span className="contents phone:absolute phone:start-1/2 phone:top-0.5 phone:block phone:ps-1.5">
                <Suspense>
                  <Badge />
                </Suspense>
              </span>
            )}
          </Link>
        </li>
      ))}
    </ul>
  );
}
