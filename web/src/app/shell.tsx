import { CSPProvider } from '@base-ui/react/csp-provider';
import { useLingui } from '@lingui/react/macro';
import { type ReactNode, Suspense } from 'react';
import { collect, Layers, SlotsProvider, useSlots } from '@/features/slots';
import { useMedia } from '@/lib/media';
import { back, usePlace } from '@/lib/navigation';
import type { Place } from '@/lib/paths';
import { cx, SkeletonRows } from '@/ui';
import { ToastHost } from '@/ui/toast';
import { ErrorBoundary } from './error-boundary';
import { DocumentTitle, usePreferences, useScreenFocus } from './follow';
import { PaneBar } from './pane-bar';
import { Composer, ConnectionBar, ConversationPane, openSwitcher, Sidebar, Timeline, useShortcuts } from './panes';
import { EmptyPane, NotFound } from './places';
import * as registry from './registry';

const slots = collect(Object.values(registry));

/** Everything after sign-in: the list, what is open beside it, and the layers above. */
export default function Shell() {
  return (
    <CSPProvider disableStyleElements>
      <SlotsProvider slots={slots}>
        <Frame />
      </SlotsProvider>
    </CSPProvider>
  );
}

function Frame() {
  const { t } = useLingui();
  const place = usePlace();
  const { effects } = useSlots();
  const open = 'id' in place ? place.id : undefined;
  usePreferences();
  useScreenFocus(place);
  useShortcuts(open);
  return (
    <>
      <DocumentTitle open={open} />
      <div className="flex h-full flex-col">
        <ConnectionBar />
        <Panes place={place} open={open} />
      </div>
      <Layers />
      {effects.map(({ id, Component }) => (
        <Suspense key={id}>
          <Component />
        </Suspense>
      ))}
      <ToastHost closeLabel={t`Close`} />
    </>
  );
}

interface PanesProps {
  place: Place;
  open: string | undefined;
}

function Panes({ place, open }: PanesProps) {
  const { t } = useLingui();
  const phone = useMedia('phone');
  const list = <Sidebar open={open} onSearch={openSwitcher} />;
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
  const { screens, panels } = useSlots();
  const goBack = () => back(place);
  switch (place.screen) {
    case 'conversation':
      return <WithPanel place={place} phone={phone} />;
    case 'panel':
      return panels.some(({ id }) => id === place.panel) ? <WithPanel place={place} phone={phone} /> : <NotFound />;
    case 'other': {
      const screen = screens.find(({ id }) => id === place.name);
      if (!screen) return <NotFound />;
      const bar = (title: string) => <PaneBar title={title} onBack={phone ? goBack : undefined} />;
      return <screen.Component arg={place.arg} bar={bar} />;
    }
    case 'not_found':
      return <NotFound />;
    default:
      return <EmptyPane />;
  }
}

/** The conversation, and a panel beside it where there is room, in its place where there is not. */
function WithPanel({ place, phone }: { place: Extract<Place, { id: string }>; phone: boolean }) {
  const wide = useMedia('wide');
  const { panels } = useSlots();
  const panel = place.screen === 'panel' ? panels.find(({ id }) => id === place.panel) : undefined;
  const goBack = () => back(place);
  const alone = panel !== undefined && !wide;
  const bar = (title: string) => (
    <PaneBar
      title={title}
      heading={alone ? 'h1' : 'h2'}
      onBack={alone ? goBack : undefined}
      onClose={alone ? undefined : goBack}
    />
  );
  return (
    <div className="flex h-full min-h-0">
      {!alone && (
        <div className="min-w-0 flex-1">
          <ConversationPane
            id={place.id}
            seq={place.screen === 'conversation' ? place.seq : undefined}
            infoOpen={panel?.id === 'info'}
            onBack={phone ? goBack : undefined}
            onCloseInfo={goBack}
            Timeline={Timeline}
            Composer={Composer}
          />
        </div>
      )}
      {panel && (
        <div className={cx('min-w-0', alone ? 'flex-1' : 'w-80 shrink-0 border-s border-line')}>
          <Suspense>
            <panel.Component
              key={panel.id}
              conversation={place.id}
              arg={place.screen === 'panel' ? place.arg : undefined}
              alone={alone}
              bar={bar}
            />
          </Suspense>
        </div>
      )}
    </div>
  );
}
