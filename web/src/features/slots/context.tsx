import { createContext, type ReactNode, Suspense, use } from 'react';
import type { ConversationView } from '@/engine';
import { byOrder, type Ordered } from './order';
import type { Feature, MessageProps, Slots } from './types';

const NONE: Slots = {
  messageActions: [],
  messageParts: [],
  messageMarks: [],
  messageFilters: [],
  messageCovers: [],
  aroundComposer: [],
  composerBanners: [],
  sidebarBanners: [],
  composerActions: [],
  composerButtons: [],
  sendHooks: [],
  conversationActions: [],
  subtitles: [],
  conversationBanners: [],
  infoSections: [],
  avatarMarks: [],
  rowMarks: [],
  rowPreviews: [],
  settings: [],
  sidebarEntries: [],
  effects: [],
  shortcuts: [],
  screens: [],
  panels: [],
};

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

export function AvatarMarks({ user }: { user: string }) {
  return useSlots().avatarMarks.map(({ id, Component }) => <Component key={id} user={user} />);
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

/** What features have to say of a conversation in one place: the first around the next, and in the middle what stands there anyway. */
export function Around({ place, conversation, children }: AroundProps) {
  return useSlots()[place].reduceRight(
    (inner, { id, Component }) => (
      <Suspense key={id} fallback={inner}>
        <Component conversation={conversation}>{inner}</Component>
      </Suspense>
    ),
    children,
  );
}

interface AroundProps {
  place: 'aroundComposer' | 'rowPreviews' | 'subtitles';
  conversation: ConversationView;
  children: ReactNode;
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
