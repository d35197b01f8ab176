import { useMemo, useSyncExternalStore } from 'react';
import type { ConversationView, Engine } from '@/engine';
import type { components } from '@/engine/protocol/rest.gen';
import { useEngine } from '@/features/session';

export type Notice = components['schemas']['Notice'];
export type Notices = components['schemas']['Notices'];

/** Later than one looked, not read where it was said, and from where nothing is muted: as the server counts. */
export function isNew(notice: Notice, seen_at: number, view: ConversationView | undefined): boolean {
  if (notice.at <= seen_at || view?.muted || view?.my.request != null) return false;
  return notice.kind === 'reaction' || notice.kind === 'invitation' || notice.seq > (view?.my.read_seq ?? 0);
}

const NONE = { notices: [], seen_at: 0, unread: 0 } satisfies Notices;

/** How many are new now; follows what is read and muted without asking the server. */
function newOnes(engine: Engine) {
  const document = engine.document<Notices>('notices');
  const count = () => {
    const { notices, seen_at } = document.get() ?? NONE;
    return notices.filter((notice) => isNew(notice, seen_at, engine.conversation(notice.conversation).get())).length;
  };
  const subscribe = (listener: () => void) => {
    let places: (() => void)[] = [];
    const watch = () => {
      for (const off of places) off();
      const ids = new Set((document.get() ?? NONE).notices.map(({ conversation }) => conversation));
      places = [...ids].map((id) => engine.conversation(id).subscribe(listener));
    };
    const stop = document.subscribe(() => {
      watch();
      listener();
    });
    watch();
    return () => {
      for (const off of [stop, ...places]) off();
    };
  };
  return { count, subscribe };
}

export function useNewNotices(): number {
  const engine = useEngine();
  const { count, subscribe } = useMemo(() => newOnes(engine), [engine]);
  return useSyncExternalStore(subscribe, count);
}
