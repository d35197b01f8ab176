import { lazy } from 'react';
import type { Message } from '@/engine';
import { keyCaps, shortcutOn } from '@/lib/keys';
import type { ActionsProps } from '@/ui/action-menu';
import { openLayer } from './layers';
import type { ConversationAction, ConversationContext, MessageAction, MessageContext, Slots } from './types';

const ActionMenu = lazy(() => import('@/ui/action-menu').then((module) => ({ default: module.ActionMenu })));
const ActionSheet = lazy(() => import('@/ui/action-menu').then((module) => ({ default: module.ActionSheet })));

/** A menu beside what was clicked; on touch a sheet. */
export function openActions(ask: Omit<ActionsProps, 'onClose'>): void {
  if (ask.actions.length === 0) return;
  openLayer(window.matchMedia('(pointer: coarse)').matches ? ActionSheet : ActionMenu, ask);
}

export function isAvailable<C extends ConversationContext & { message?: Message }>(
  action: { available?: (context: C) => boolean; deleted?: boolean },
  context: C,
): boolean {
  if (context.message?.deleted && !action.deleted) return false;
  return action.available?.(context) ?? true;
}

/** All that can be done to a message now. */
export function actionsOn({ messageActions }: Slots, context: MessageContext): ActionsProps['actions'] {
  return messageActions.filter((action) => isAvailable(action, context)).map((action) => entryOf(action, context));
}

function entryOf({ id, icon, label, danger, shortcut, run }: MessageAction, context: MessageContext) {
  const caps = shortcut && shortcutOn() && shortcutOn(id) ? keyCaps(shortcut.keys) : undefined;
  return { id, icon, label: label(context), danger, caps, run: () => run(context) };
}

/** All that can be done to a conversation now. */
export function actionsOnConversation(
  actions: readonly ConversationAction[],
  context: ConversationContext,
): ActionsProps['actions'] {
  return actions
    .filter((action) => isAvailable(action, context))
    .map(({ id, icon, label, danger, run }) => ({ id, icon, label: label(context), danger, run: () => run(context) }));
}
