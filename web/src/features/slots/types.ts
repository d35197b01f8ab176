/**
 * What a feature may put on the screen. Each feature is one `Feature`, made in its folder and named by one line in
 * app/registry.ts; whoever draws a place asks `useSlots()` and knows nobody. Components that the first paint does not need
 * are `lazy`: every place waits for them without a flicker.
 */
import type { ComponentType, ReactNode } from 'react';
import type { ConversationView, Engine, Extras, Message, Pending, Readable } from '@/engine';

interface Contribution {
  /** Unique among its kind. */
  id: string;
  /** Smaller stands first; 100 where it is not said, then by id. */
  order?: number;
}

export type Icon = ComponentType<{ className?: string }>;

export interface ConversationContext {
  engine: Engine;
  conversation: ConversationView;
}

/** A stored message, and the row it stands in. */
export interface MessageContext extends ConversationContext {
  message: Message;
  /** What a popup stands beside, and where the focus goes back to. */
  row: HTMLElement;
}

/** Something one does to one message: in the toolbar (the first few), the context menu, the sheet on touch, and by key on the focused row. */
export interface MessageAction extends Contribution {
  icon: Icon;
  label: (context: MessageContext) => string;
  /** On the focused row. */
  shortcut?: Shortcut;
  danger?: boolean;
  /** Stands in the toolbar, where there is room for three. */
  toolbar?: boolean;
  /** A swipe over the message does it; one action can have that. */
  swipe?: boolean;
  /** Also to what was deleted. */
  deleted?: boolean;
  available?: (context: MessageContext) => boolean;
  run: (context: MessageContext) => void;
  /** To several that were selected, oldest first; all of them are `available`. */
  runMany?: (context: ConversationContext & { messages: readonly Message[] }) => void;
}

export interface MessageProps {
  engine: Engine;
  /** The same object until something about it changed; `seq` is 0 while it is on its way. */
  message: Message;
  own: boolean;
  pending?: Pending | undefined;
  /** Seq of the last entry before the next message; absent while there is none. */
  upto?: number | undefined;
}

interface OnMessage extends Contribution {
  /** From the message alone and cheap, as it is asked for every row; false draws nothing. */
  when: (message: MessageProps) => boolean;
  Component: ComponentType<MessageProps>;
}

/** `top` and `bottom` are in the bubble, above and below the text; `under` is below the bubble. */
export interface MessagePart extends OnMessage {
  place: 'top' | 'bottom' | 'under';
}

/** Around what a message says: draws something in its place, or `children`. */
export interface MessageCover extends Contribution {
  when: (message: MessageProps) => boolean;
  Component: ComponentType<MessageProps & { children: ReactNode }>;
}

/** A small thing beside the time: an icon with words for those who do not see it. */
export type MessageMark = OnMessage;

/** Messages the reader does not get to see, though the log has them. */
export interface MessageFilter extends Contribution {
  /** What hides in one conversation; another function when that changed. */
  hides: (engine: Engine, conversation: string) => Readable<(message: Message) => boolean>;
}

/** The composer of one conversation, for what stands in it. */
export interface ComposerHandle {
  conversation: string;
  text: () => string;
  /** Replaces the text. */
  write: (text: string) => void;
  /** Puts another text in the input while the draft rests; without one the draft is back. */
  borrow: (text?: string) => void;
  /** At the caret. */
  insert: (text: string) => void;
  focus: () => void;
}

interface InComposer extends Contribution {
  Component: ComponentType<{ composer: ComposerHandle }>;
}

export interface ComposerContext extends ConversationContext {
  composer: ComposerHandle;
  slots: Slots;
}

/** Something else to send, or to do with what is written: behind the plus before the input, which is all a phone has room for. */
export interface ComposerAction extends Contribution {
  icon: Icon;
  label: () => string;
  available?: (context: ComposerContext) => boolean;
  run: (context: ComposerContext) => void;
}

export interface Outgoing extends Extras {
  conversation: string;
  text: string;
}

export interface SendHook extends Contribution {
  /** Fields to go with the message. */
  extras?: (engine: Engine, conversation: string) => Extras;
  /** Deals with it in another way (an edit, a later time): who answers first keeps it from the outbox. */
  take?: (engine: Engine, message: Outgoing) => Promise<unknown> | undefined;
  /** It has left the input. */
  sent?: (engine: Engine, message: Outgoing) => void;
  /** It is back in the input: it was not even safe on this device, or `take` was refused. */
  failed?: (engine: Engine, message: Outgoing) => void;
}

/** Something one does to a conversation: in the header's menu and in the context menu of its line. */
export interface ConversationAction extends Contribution {
  icon: Icon;
  label: (context: ConversationContext) => string;
  danger?: boolean;
  available?: (context: ConversationContext) => boolean;
  run: (context: ConversationContext) => void;
}

/** Around what stands in a place: draws something of its own there, or `children`, which are what the next has to say. */
export interface AroundConversation extends Contribution {
  Component: ComponentType<{ conversation: ConversationView; children: ReactNode }>;
}

interface OnConversation extends Contribution {
  when?: (conversation: ConversationView) => boolean;
  Component: ComponentType<{ conversation: ConversationView }>;
}

/** On the corner of somebody's picture (`avatar-mark`). */
export interface AvatarMark extends Contribution {
  Component: ComponentType<{ user: string }>;
}

export interface SettingsSection extends Contribution {
  icon: Icon;
  label: () => string;
  Component: ComponentType;
}

/** A line at the top of the list; `Badge` stands at its end. */
export interface SidebarEntry extends Contribution {
  icon: Icon;
  label: () => string;
  href: string;
  Badge?: ComponentType;
}

export interface Shortcut {
  /** `$mod+KeyK`, `Alt+ArrowUp`, `+`: modifiers, then a key's name or code; `$mod` is ⌘ on Apple's systems, Ctrl elsewhere. */
  keys: string;
  /** For the help sheet and the settings, where each can be switched off. */
  label: () => string;
}

export interface ShortcutContext {
  engine: Engine;
  /** The conversation on screen. */
  open: string | undefined;
}

export interface ShortcutContribution extends Contribution, Shortcut {
  /** `anywhere` unless said. */
  where?: 'anywhere' | 'empty_composer';
  /** False: not now, the key keeps its usual meaning. */
  run: (context: ShortcutContext) => unknown;
}

/** A screen at `/id` or `/id/arg` (`paths.screen`), in the place of the conversation. */
export interface Screen extends Contribution {
  Component: ComponentType<{ arg: string | undefined; bar: (title: string) => ReactNode }>;
}

export interface PanelProps {
  conversation: string;
  arg: string | undefined;
  /** It stands in the place of the conversation, not beside it: then it is the `main` landmark. */
  alone: boolean;
  bar: (title: string) => ReactNode;
}

/** What stands beside a conversation, at `/c/7/id` or `/c/7/id/arg` (`paths.panel`). */
export interface Panel extends Contribution {
  Component: ComponentType<PanelProps>;
}

export interface Feature {
  messageActions?: readonly MessageAction[];
  messageParts?: readonly MessagePart[];
  messageMarks?: readonly MessageMark[];
  messageFilters?: readonly MessageFilter[];
  messageCovers?: readonly MessageCover[];
  aroundComposer?: readonly AroundConversation[];
  composerBanners?: readonly InComposer[];
  /** Above the conversations. */
  sidebarBanners?: readonly (Contribution & { Component: ComponentType })[];
  composerActions?: readonly ComposerAction[];
  /** For what is used while writing: between the input and the send button. */
  composerButtons?: readonly InComposer[];
  sendHooks?: readonly SendHook[];
  conversationActions?: readonly ConversationAction[];
  /** The header's second line. */
  subtitles?: readonly AroundConversation[];
  /** Between the header and the messages. */
  conversationBanners?: readonly OnConversation[];
  infoSections?: readonly OnConversation[];
  avatarMarks?: readonly AvatarMark[];
  /** Beside the title of a conversation's line. */
  rowMarks?: readonly OnConversation[];
  /** The second line of a conversation's line. */
  rowPreviews?: readonly AroundConversation[];
  settings?: readonly SettingsSection[];
  sidebarEntries?: readonly SidebarEntry[];
  /** Mounted once, while somebody is signed in. */
  effects?: readonly (Contribution & { Component: ComponentType })[];
  shortcuts?: readonly ShortcutContribution[];
  screens?: readonly Screen[];
  panels?: readonly Panel[];
}

export type Slots = Required<Feature>;
