import { CSPProvider } from '@base-ui/react/csp-provider';
import { useLingui } from '@lingui/react/macro';
import { type ReactNode, Suspense, useState } from 'react';
import { useEngine } from '@/features/session';
import { useShortcuts } from '@/lib/keys';
import { useMedia } from '@/lib/media';
import { back, navigate, usePlace } from '@/lib/navigation';
import { type Place, paths } from '@/lib/paths';
import { cx, SkeletonRows } from '@/ui';
import { ToastHost } from '@/ui/toast';
import { ErrorBoundary } from './error-boundary';
import { useDocumentTitle, usePreferences, useScreenFocus } from './follow';
import { PaneBar } from './pane-bar';
import { EmptyPane, NotFound } from './places';
import {
  Composer,
  ConnectionBar,
  ConversationPane,
  InfoPanel,
  NewChat,
  neighbour,
  Settings,
  ShortcutSheet,
  Sidebar,
  Switcher,
  SyncPage,
  Timeline,
} from './registry';

type Layer = 'switcher' | 'shortcuts' | undefined;

/** Everything after sign-in: the list, what is open beside it, and the layers above. */
export default function Shell() {
  const { t } = useLingui();
  const place = usePlace();
  const [layer, setLayer] = useState<Layer>();
  const open = 'id' in place ? place.id : undefined;
  usePreferences();
  useScreenFocus(place);
  useDocumentTitle(open);
  useShellShortcuts(open, setLayer);
  return (
    <CSPProvider disableStyleElements>
      <div className="flex h-full flex-col">
        <ConnectionBar />
        <Panes place={place} open={open} onSearch={() => setLayer('switcher')} />
      </div>
      <Suspense>
        {layer === 'switcher' && <Switcher onClose={() => setLayer(undefined)} />}
        {layer === 'shortcuts' && <ShortcutSheet onClose={() => setLayer(undefined)} />}
      </Suspense>
      <ToastHost closeLabel={t`Close`} />
    </CSPProvider>
  );
}

function useShellShortcuts(open: string | undefined, setLayer: (layer: Layer) => void): void {
  const engine = useEngine();
  const step = (by: 1 | -1, unreadOnly: boolean) => () => {
    const next = neighbour(engine, open, by, unreadOnly);
    if (next) navigate(paths.conversation(next), { replace: open !== undefined });
  };
  useShortcuts({
    switcher: () => setLayer('switcher'),
    help: () => setLayer('shortcuts'),
    new_chat: () => navigate(paths.newChat()),
    next_conversation: step(1, false),
    previous_conversation: step(-1, false),
    next_unread: step(1, true),
    previous_unread: step(-1, true),
  });
}

interface PanesProps {
  place: Place;
  open: string | undefined;
  onSearch: () => void;
}

function Panes({ place, open, onSearch }: PanesProps) {
  const { t } = useLingui();
  const phone = useMedia('phone');
  const list = <Sidebar open={open} onSearch={onSearch} />;
  if (phone && place.screen === 'home') {
    return (
      <main className="min-h-0 flex-1">
        <h1 className="sr-only">{t`Conversations`}</h1>
        {list}
      </main>
    );
  }
  return (
    <div className="flex min-h-0 flex-1">
      {!phone && <div className="w-[clamp(17rem,26vw,22rem)] shrink-0 border-e border-line">{list}</div>}
      <div className="min-w-0 flex-1">
        <ErrorBoundary resetKey={JSON.stringify(place)}>
          <Suspense fallback={<SkeletonRows label={t`Loading`} />}>
            <Opened place={place} phone={phone} />
          </Suspense>
        </ErrorBoundary>
      </div>
    </div>
  );
}

/** What is open beside the list; on a phone, instead of it. */
function Opened({ place, phone }: { place: Place; phone: boolean }): ReactNode {
  const goBack = () => back(place);
  const bar = (title: string) => <PaneBar title={title} onBack={phone ? goBack : undefined} />;
  switch (place.screen) {
    case 'conversation':
    case 'info':
      return <WithInfo place={place} phone={phone} />;
    case 'new':
      return <NewChat bar={bar} />;
    case 'settings':
      return <Settings section={place.section} bar={bar} />;
    case 'debug_sync':
      return <SyncPage bar={bar} />;
    case 'not_found':
      return <NotFound />;
    default:
      return <EmptyPane />;
  }
}

/** The conversation, and its details beside it where there is room, in its place where there is not. */
function WithInfo({ place, phone }: { place: Extract<Place, { id: string }>; phone: boolean }) {
  const wide = useMedia('wide');
  const infoOpen = place.screen === 'info';
  const goBack = () => back(place);
  const infoAlone = infoOpen && !wide;
  return (
    <div className="flex h-full min-h-0">
      {!infoAlone && (
        <div className="min-w-0 flex-1">
          <ConversationPane
            id={place.id}
            seq={place.screen === 'conversation' ? place.seq : undefined}
            infoOpen={infoOpen}
            onBack={phone ? goBack : undefined}
            onCloseInfo={goBack}
            Timeline={Timeline}
            Composer={Composer}
          />
        </div>
      )}
      {infoOpen && (
        <div className={cx('min-w-0', infoAlone ? 'flex-1' : 'w-80 shrink-0 border-s border-line')}>
          <Suspense>
            <InfoPanel
              id={place.id}
              alone={infoAlone}
              bar={(title) => (
                <PaneBar
                  title={title}
                  heading={infoAlone ? 'h1' : 'h2'}
                  onBack={infoAlone ? goBack : undefined}
                  onClose={infoAlone ? undefined : goBack}
                />
              )}
            />
          </Suspense>
        </div>
      )}
    </div>
  );
}
