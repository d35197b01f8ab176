import { Trans, useLingui } from '@lingui/react/macro';
import type { ConversationView } from '@/engine';
import { titleOf, useEngine } from '@/features/session';
import { usePending } from '@/lib/async';
import { navigate } from '@/lib/navigation';
import { paths } from '@/lib/paths';
import { Button } from '@/ui';
import { toast } from '@/ui/toast';
import { type Decision, decide } from './model';

/** What one answers to somebody one does not know, before one answers them. */
export default function RequestBar({ conversation }: { conversation: ConversationView }) {
  const { t } = useLingui();
  const engine = useEngine();
  const name = titleOf(conversation);
  const [act, pending] = usePending(async (decision: Decision) => {
    if (!(await decide(engine, conversation, decision)) || decision === 'accept') return;
    const told = {
      ignore: t`The request was put away.`,
      block: t`${name} is blocked.`,
      report: t`Reported and blocked. Thank you.`,
    };
    toast({ text: told[decision] });
    navigate(paths.screen('requests'), { replace: true });
  });
  return (
    <section
      aria-label={t`Request`}
      className="shrink-0 border-t border-line bg-canvas px-5 pt-3 pb-[max(0.75rem,env(safe-area-inset-bottom))]"
    >
      <div className="mx-auto flex max-w-214 flex-col gap-3">
        <p className="text-pretty text-soft">
          <Trans>
            <bdi>{name}</bdi> is no contact of yours, and you share no group. They do not learn that you have seen this. Links
            work once you accept.
          </Trans>
        </p>
        <div className="flex flex-wrap gap-2">
          <Button tone="primary" pending={pending} onClick={() => act('accept')}>
            <Trans>Accept</Trans>
          </Button>
          {conversation.my.request === 'pending' && (
            <Button pending={pending} onClick={() => act('ignore')}>
              <Trans>Ignore</Trans>
            </Button>
          )}
          <Button tone="danger_plain" pending={pending} onClick={() => act('block')}>
            <Trans>Block</Trans>
          </Button>
          <Button tone="danger_plain" pending={pending} onClick={() => act('report')}>
            <Trans>Report and block</Trans>
          </Button>
        </div>
      </div>
    </section>
  );
}
