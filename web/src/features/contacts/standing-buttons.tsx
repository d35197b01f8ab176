import { Trans } from '@lingui/react/macro';
import { Ban, UserMinus, UserPlus } from 'lucide-react';
import type { User } from '@/engine';
import { useEngine } from '@/features/session';
import { Button } from '@/ui';
import { block, keep, useStanding } from './model';

/** Keep them, or keep them away. */
export function StandingButtons({ user }: { user: User }) {
  const engine = useEngine();
  const { known, kept, blocked } = useStanding(user.id);
  if (!known) return null;
  return (
    <>
      {!blocked && (
        <Button onClick={() => void keep(engine, user, !kept)}>
          {kept ? <UserMinus aria-hidden="true" className="size-4" /> : <UserPlus aria-hidden="true" className="size-4" />}
          {kept ? <Trans>Remove contact</Trans> : <Trans>Add contact</Trans>}
        </Button>
      )}
      <Button tone="danger_plain" onClick={() => void block(engine, user, !blocked)}>
        <Ban aria-hidden="true" className="size-4" />
        {blocked ? <Trans>Unblock</Trans> : <Trans>Block</Trans>}
      </Button>
    </>
  );
}
