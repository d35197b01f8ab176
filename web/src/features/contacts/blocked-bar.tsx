import { Trans } from '@lingui/react/macro';
import type { ConversationView } from '@/engine';
import { titleOf, useEngine } from '@/features/session';
import { Button } from '@/ui';
import { block } from './model';

export default function BlockedBar({ conversation }: { conversation: ConversationView }) {
  const engine = useEngine();
  const { peer } = conversation;
  const name = titleOf(conversation);
  return (
    <section className="shrink-0 border-t border-line bg-canvas px-5 pt-3 pb-[max(0.75rem,env(safe-area-inset-bottom))]">
      <div className="mx-auto flex max-w-214 flex-wrap items-center gap-3">
        <p className="min-w-0 flex-1 text-soft">
          <Trans>
            You blocked <bdi>{name}</bdi>. Neither of you hears the other, and they are not told.
          </Trans>
        </p>
        {peer && (
          <Button onClick={() => void block(engine, peer, false)}>
            <Trans>Unblock</Trans>
          </Button>
        )}
      </div>
    </section>
  );
}
