import { Trans, useLingui } from '@lingui/react/macro';
import { Contact, MessageCircle, UserMinus, UserPlus, UserRound } from 'lucide-react';
import { type ReactNode, useMemo, useState } from 'react';
import type { User } from '@/engine';
import { PeoplePicker, Person } from '@/features/people-picker';
import { PresenceLine } from '@/features/presence';
import { useEngine, useMe } from '@/features/session';
import { useStatus } from '@/features/status';
import { Button, EmptyState, IconButton, SkeletonRows } from '@/ui';
import { Dialog } from '@/ui/dialog';
import { showProfile } from '.';
import { keep, useContacts, write } from './model';

/** The people one keeps, and how they are. */
export default function Contacts({ bar }: { bar: (title: string) => ReactNode }) {
  const { t } = useLingui();
  const list = useContacts()?.contacts;
  const [adding, setAdding] = useState(false);
  const add = (
    <Button tone="primary" onClick={() => setAdding(true)}>
      <UserPlus aria-hidden="true" className="size-4" /> <Trans>Add a contact</Trans>
    </Button>
  );
  return (
    <main className="flex h-full min-h-0 flex-col bg-surface">
      {bar(t`Contacts`)}
      {list === undefined ? (
        <SkeletonRows count={4} label={t`Loading contacts`} />
      ) : list.length === 0 ? (
        <EmptyState icon={<Contact className="size-7" />} title={t`No contacts yet`} action={add}>
          <Trans>Keep the people you write to often. Their messages never wait as requests.</Trans>
        </EmptyState>
      ) : (
        <div className="scroll-pane mx-auto flex min-h-0 w-full max-w-xl flex-1 flex-col gap-4 px-4 pt-4 pb-[max(1rem,env(safe-area-inset-bottom))]">
          <div>{add}</div>
          <ul aria-label={t`Contacts`}>
            {list.map((user) => (
              <li key={user.id}>
                <Line user={user} />
              </li>
            ))}
          </ul>
        </div>
      )}
      {adding && <AddDialog contacts={list ?? []} onClose={() => setAdding(false)} />}
    </main>
  );
}

function Line({ user }: { user: User }) {
  const { t } = useLingui();
  const engine = useEngine();
  return (
    <div className="flex min-h-14 items-center gap-1 px-2">
      <Person live user={user} end={<Live user={user} />} />
      <IconButton
        label={t`Profile of ${user.name}`}
        icon={<UserRound className="size-4.5" />}
        onClick={() => showProfile(user.id)}
      />
      <IconButton
        label={t`Write to ${user.name}`}
        icon={<MessageCircle className="size-4.5" />}
        onClick={() => void write(engine, user)}
      />
      <IconButton
        label={t`Remove ${user.name}`}
        icon={<UserMinus className="size-4.5" />}
        onClick={() => void keep(engine, user, false)}
      />
    </div>
  );
}

/** What they are up to, and whether they are there. */
function Live({ user }: { user: User }) {
  const status = useStatus(user);
  return (
    <span className="truncate text-sm text-soft">
      {status?.emoji && <bdi title={status.text || undefined}>{status.emoji} </bdi>}
      <PresenceLine user={user.id} />
    </span>
  );
}

function AddDialog({ contacts, onClose }: { contacts: readonly User[]; onClose: () => void }) {
  const { t } = useLingui();
  const engine = useEngine();
  const me = useMe();
  const without = useMemo(() => new Set([me.id, ...contacts.map(({ id }) => id)]), [me.id, contacts]);
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={t`Add a contact`} closeLabel={t`Close`} className="h-[32rem]">
      <PeoplePicker
        single
        chosen={[]}
        without={without}
        onToggle={(user) => {
          void keep(engine, user, true);
          onClose();
        }}
      />
    </Dialog>
  );
}
