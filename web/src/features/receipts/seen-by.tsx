import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { useEffect, useState } from 'react';
import type { Engine, Message } from '@/engine';
import { Person } from '@/features/people-picker';
import { tell, useUser } from '@/features/session';
import { SkeletonRows } from '@/ui';
import { Dialog } from '@/ui/dialog';

/** Whom a message has reached, as the server tells it. */
interface Reached {
  read: readonly string[];
  delivered: readonly string[];
  read_count: number;
  delivered_count: number;
  members: number;
}

interface SeenByProps {
  engine: Engine;
  message: Message;
  onClose: () => void;
}

/** Who has read a message, and whom it has reached. */
export default function SeenBy({ engine, message: { conversation, seq }, onClose }: SeenByProps) {
  const { t } = useLingui();
  const [reached, setReached] = useState<Reached>();
  const [wrong, setWrong] = useState<string>();
  useEffect(() => {
    const stop = new AbortController();
    const path = `/conversations/${conversation}/messages/${seq}/receipts`;
    engine.call<Reached>('GET', path, undefined, stop.signal).then(setReached, (error: unknown) => {
      if (!stop.signal.aborted) setWrong(tell(error).text);
    });
    return () => stop.abort();
  }, [engine, conversation, seq]);
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={t`Seen by`} closeLabel={t`Close`}>
      {wrong && <p role="alert">{wrong}</p>}
      {!reached && !wrong && <SkeletonRows label={t`Loading`} />}
      {reached && <Lists reached={reached} />}
    </Dialog>
  );
}

function Lists({ reached }: { reached: Reached }) {
  const { t } = useLingui();
  const { read, delivered, read_count, delivered_count, members } = reached;
  return (
    <div className="flex flex-col gap-5">
      <p className="text-soft">
        <Trans>
          Read by {read_count} of {members}
        </Trans>
      </p>
      <People title={t`Read`} users={read} count={read_count} />
      <People title={t`Delivered`} users={delivered} count={delivered_count - read_count} />
    </div>
  );
}

function People({ title, users, count }: { title: string; users: readonly string[]; count: number }) {
  const more = count - users.length;
  if (count <= 0) return null;
  return (
    <section aria-label={title}>
      <h3 className="font-semibold">{title}</h3>
      <ul>
        {users.map((id) => (
          <One key={id} id={id} />
        ))}
      </ul>
      {more > 0 && (
        <p className="text-sm text-soft">
          <Plural value={more} one="and # more" other="and # more" />
        </p>
      )}
    </section>
  );
}

function One({ id }: { id: string }) {
  const user = useUser(id);
  return <li className="flex min-h-14 items-center">{user && <Person user={user} />}</li>;
}
