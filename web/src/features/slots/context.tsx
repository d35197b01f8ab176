import { createContext, type ReactNode, Suspense, use } from 'react';
import type { Feature, MessageProps, Slots } from './types';

const NONE: Slots = {
  messageActions: [],
  messageParts: [],
  messageMarks: [],
  messageFilters: [],
  messageCovers: [],
  aroundComposer: [],
  composerBanners: [],
  composerButtons: [],
  sendHooks: [],
  conversationActions: [],
  subtitles: [],
  conversationBanners: [],
  infoSections: [],
  rowMarks: [],
  settings: [],
  sidebarEntries: [],
  effects: [],
  shortcuts: [],
  screens: [],
  panels: [],
};

interface Ordered {
  id: string;
  order?: number;
}

const USUAL_ORDER = 100;

export function byOrder(a: Ordered, b: Ordered): number {
  return (a.order ?? USUAL_ORDER) - (b.order ?? USUAL_ORDER) || (a.id < b.id ? -1 : 1);
}

/** The contributions of all features, by kind and in order. */
export function collect(features: readonly Feature[]): Slots {
  const kinds = Object.keys(NONE) as (keyof Slots)[];
  const all = kinds.map((kind) => [kind, features.flatMap((feature): readonly Ordered[] => feature[kind] ?? []).sort(byOrder)]);
  return Object.fromEntries(all) as Slots;
}

const SlotsContext = createContext(NONE);

/** The slots never change while the page lives, so reading them renders nothing anew. */
export function SlotsProvider({ slots, children }: { slots: Slots; children: ReactNode }) {
  return <SlotsContext value={slots}>{children}</SlotsContext>;
}

export function useSlots(): Slots {
  return use(SlotsContext);
}

export function MessageParts({ place, ...props }: MessageProps & { place: 'top' | 'bottom' | 'under' }) {
  return useSlots().messageParts.map(
    ({ id, Component, ...part }) =>
      part.place === place &&
      part.when(props) && (
        <Suspense key={id}>
          <Component {...props} />
        </Suspense>
      ),
  );
}

/** What a message says, unless a feature covers it. */
export function MessageCovers({ children, ...props }: MessageProps & { children: ReactNode }) {
  return useSlots().messageCovers.reduceRight(
    (inner, { id, when, Component }) =>
      when(props) ? (
        <Component key={id} {...props}>
          {inner}
        </Component>
      ) : (
        inner
      ),
    children,
  );
}

export function MessageMarks(props: MessageProps) {
  return useSlots().messageMarks.map(
    ({ id, Component, when }) =>
      when(props) && (
        <Suspense key={id}>
          <Component {...props} />
        </Suspense>
      ),
  );
}
