import { Trans, useLingui } from '@lingui/react/macro';
import { MessageCircle, Pencil } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { Engine, User } from '@/engine';
import { OwnDot, PresenceLine } from '@/features/presence';
import { tell, useEngine, useMe, useUser } from '@/features/session';
import { AvatarMarks } from '@/features/slots';
import { navigate } from '@/lib/navigation';
import { paths } from '@/lib/paths';
import { Avatar, Button, SkeletonRows } from '@/ui';
import { Dialog } from '@/ui/dialog';
import { About } from './about';
import { write } from './model';
import { StandingButtons } from './standing-buttons';

interface ProfileCardProps {
  user: string;
  onClose: () => void;
}

export default function ProfileCard({ user: id, onClose }: ProfileCardProps) {
  const { t } = useLingui();
  const engine = useEngine();
  const me = useMe();
  const known = useUser(id);
  const { fresh, failure } = useFresh(engine, id);
  const user: User | undefined = id === me.id ? me : (fresh ?? known);
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={user?.name ?? t`Profile`}
      closeLabel={t`Close`}
      className="max-w-sm"
    >
      {user ? (
        <div className="flex flex-col items-center gap-2 text-center">
          <Avatar id={user.id} name={user.name} size="xl" mark={id === me.id ? <OwnDot /> : <AvatarMarks user={id} />} />
          <p className="text-soft">
            <bdi>@{user.username}</bdi>
          </p>
          {id !== me.id && <PresenceLine user={id} className="text-sm text-soft" />}
          <About user={user} />
          {user.bio && (
            <p dir="auto" className="max-w-full break-words whitespace-pre-line">
              {user.bio}
            </p>
          )}
          <div className="mt-3 flex flex-wrap justify-center gap-2">
            {id === me.id ? (
              <Button
                onClick={() => {
                  onClose();
                  navigate(paths.settings('profile'));
                }}
              >
                <Pencil aria-hidden="true" className="size-4" /> <Trans>Edit profile</Trans>
              </Button>
            ) : (
              <>
                <Button
                  tone="primary"
                  onClick={() => {
                    onClose();
                    void write(engine, user);
                  }}
                >
                  <MessageCircle aria-hidden="true" className="size-4" /> <Trans>Message</Trans>
                </Button>
                <StandingButtons user={user} />
              </>
            )}
          </div>
        </div>
      ) : failure ? (
        <p role="alert" className="text-danger">
          {failure}
        </p>
      ) : (
        <SkeletonRows count={2} label={t`Loading`} />
      )}
    </Dialog>
  );
}

/** As they are now: what the device keeps may be old. */
function useFresh(engine: Engine, id: string): { fresh: User | undefined; failure: string | undefined } {
  const [answer, setAnswer] = useState<{ fresh: User | undefined; failure: string | undefined }>({
    fresh: undefined,
    failure: undefined,
  });
  useEffect(() => {
    const abort = new AbortController();
    engine.call<User>('GET', `/users/${id}`, undefined, abort.signal).then(
      (fresh) => !abort.signal.aborted && setAnswer({ fresh, failure: undefined }),
      (error: unknown) => !abort.signal.aborted && setAnswer({ fresh: undefined, failure: tell(error).text }),
    );
    return () => abort.abort();
  }, [engine, id]);
  return answer;
}
