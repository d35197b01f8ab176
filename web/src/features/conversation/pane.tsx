import { Trans, useLingui } from '@lingui/react/macro';
import { type ComponentType, type ReactNode, Suspense } from 'react';
import type { ConversationView, Engine } from '@/engine';
import { titleOf, useConversation, useEngine } from '@/features/session';
import { useSlots } from '@/features/slots';
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
  const conversation = useConversation(id);
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
      <AroundComposer conversation={conversation}>
        <Suspense fallback={<div className="h-16 shrink-0" />}>
          <Composer key={id} conversation={id} />
        </Suspense>
      </AroundComposer>
    </main>
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

/** Where one writes, unless a feature has something to say first. */
function AroundComposer({ conversation, children }: { conversation: ConversationView; children: ReactNode }) {
  return useSlots().aroundComposer.reduceRight(
    (inner, { id, Component }) => (
      <Component key={id} conversation={conversation}>
        {inner}
      </Component>
    ),
    children,
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
