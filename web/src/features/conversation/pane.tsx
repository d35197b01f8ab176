import { Trans, useLingui } from '@lingui/react/macro';
import { type ComponentType, Suspense } from 'react';
import type { ConversationView, Engine } from '@/engine';
import { titleOf, useEngine, useSettledConversation } from '@/features/session';
import { Around, useSlots } from '@/features/slots';
import { Inert } from '@/features/text';
import { useReadable } from '@/lib/readable';
import { EmptyState, Later, SkeletonRows } from '@/ui';
import { Header } from './header';

export interface TimelineProps {
  engine: Engine;
  conversation: string;
  seq?: number;
}

interface ConversationPaneProps {
  id: string;
  seq?: number | undefined;
  infoOpen: boolean;
  onBack?: (() => void) | undefined;
  onCloseInfo: () => void;
  /** Handed in by the shell, which alone knows which features meet here. */
  Timeline: ComponentType<TimelineProps>;
  Composer: ComponentType<{ conversation: string }>;
}

/** One conversation: header, timeline, composer. */
export function ConversationPane({ id, seq, infoOpen, onBack, onCloseInfo, Timeline, Composer }: ConversationPaneProps) {
  const { t } = useLingui();
  const engine = useEngine();
  const conversation = useSettledConversation(id);
  const ready = useReadable(engine.ready);
  if (!conversation) return ready ? <Missing onBack={onBack} /> : <SkeletonRows label={t`Loading messages`} />;
  return (
    <main aria-label={titleOf(conversation)} className="flex h-full min-h-0 min-w-0 flex-col bg-surface">
      <h1 className="sr-only">{titleOf(conversation)}</h1>
      <Header conversation={conversation} infoOpen={infoOpen} onBack={onBack} onCloseInfo={onCloseInfo} />
      <Banners conversation={conversation} />
      <div className="relative flex min-h-0 flex-1 flex-col">
        <Suspense fallback={<SkeletonRows label={t`Loading messages`} />}>
          <Inert value={conversation.my.request != null}>
            <Timeline key={id} engine={engine} conversation={id} {...(seq !== undefined && { seq })} />
          </Inert>
        </Suspense>
      </div>
      <Around place="aroundComposer" conversation={conversation}>
        <Suspense fallback={<ComposerPlace />}>
          <Composer key={id} conversation={id} />
        </Suspense>
      </Around>
    </main>
  );
}

/** As tall as the composer that comes: what stands above must not move under a pointer. */
function ComposerPlace() {
  return (
    <div className="shrink-0 px-3 pt-6 pb-[max(0.75rem,env(safe-area-inset-bottom))] desk:px-5 desk:pb-4">
      <div className="mx-auto h-10.5 max-w-214 rounded-lg border border-edge bg-raised touch:h-12.5" />
    </div>
  );
}

function Banners({ conversation }: { conversation: ConversationView }) {
  return useSlots().conversationBanners.map(
    ({ id, when, Component }) =>
      (when?.(conversation) ?? true) && (
        <Suspense key={id}>
          <Component conversation={conversation} />
        </Suspense>
      ),
  );
}

function Missing({ onBack }: { onBack: (() => void) | undefined }) {
  const { t } = useLingui();
  return (
    <Later>
      <main className="flex h-full flex-col bg-surface">
        <h1 className="sr-only">
          <Trans>Conversation not found</Trans>
        </h1>
        <EmptyState
          title={t`This conversation is not here`}
          action={
            onBack && (
              <button type="button" onClick={onBack} className="min-h-11 font-medium text-accent underline underline-offset-2">
                <Trans>Back to the list</Trans>
              </button>
            )
          }
        >
          <Trans>It does not exist, or you are not one of its members any more.</Trans>
        </EmptyState>
      </main>
    </Later>
  );
}
