import { useLingui } from '@lingui/react/macro';
import { useEffect, useState } from 'react';
import type { Engine, Message } from '@/engine';
import { tell } from '@/features/session';
import { Avatar, Banner, SkeletonRows } from '@/ui';
import { Dialog } from '@/ui/dialog';
import { type WhoReacted, whoReacted } from './who';

interface WhoProps {
  engine: Engine;
  message: Message;
  onClose: () => void;
}

/** Who put which emoji on a message. */
export default function Who({ engine, message, onClose }: WhoProps) {
  const { t } = useLingui();
  const [all, setAll] = useState<WhoReacted[]>();
  const [failure, setFailure] = useState<string>();
  useEffect(() => {
    let gone = false;
    whoReacted(engine, message).then(
      (found) => gone || setAll(found),
      (error: unknown) => gone || setFailure(tell(error).text),
    );
    return () => {
      gone = true;
    };
  }, [engine, message]);
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={t`Reactions`} closeLabel={t`Close`} toRead>
      {failure && (
        <Banner tone="danger" role="alert">
          {failure}
        </Banner>
      )}
      {!all && !failure && <SkeletonRows count={3} label={t`Loading`} />}
      {all && (
        <ul aria-label={t`People`} className="flex flex-col gap-1">
          {all.map(({ emoji, user }) => (
            <li key={`${user.id} ${emoji}`} className="flex min-h-11 items-center gap-3">
              <Avatar id={user.id} name={user.name} size="sm" />
              <bdi className="min-w-0 flex-1 truncate">{user.name}</bdi>
              <span className="text-xl">{emoji}</span>
            </li>
          ))}
        </ul>
      )}
    </Dialog>
  );
}
