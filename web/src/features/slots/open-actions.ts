import { lazy } from 'react';
import type { Message } from '@/engine';
import { keyCaps, shortcutOn } from '@/lib/keys';
import type { ActionsProps } from '@/ui/action-menu';
import { openLayer } from './layers';
import { USUAL_ORDER } from './order';
import type { ComposerContext, ConversationAction, ConversationContext, MessageAction, MessageContext, Slots } from './types';

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

function entryOf(action: MessageAction, context: MessageContext) {
  const { id, icon, label, danger, shortcut, run } = action;
  const caps = shortcut && shortcutOn() && shortcutOn(id) ? keyCaps(shortcut.keys) : undefined;
  return { id, icon, label: label(context), danger, caps, group: groupOf(action), run: () => run(context) };
}

/** Those of one hundred belong together. */
function groupOf({ order = USUAL_ORDER }: { order?: number }): number {
  return Math.floor(order / 100);
}

/** All that can be done to a conversation now. */
export function actionsOnConversation(
  actions: readonly ConversationAction[],
  context: ConversationContext,
): ActionsProps['actions'] {
  return actions
    .filter((action) => isAvailable(action, context))
    .map(({ id, icon, label, danger, order = USUAL_ORDER, run }) => ({
      id,
      icon,
      label: label(context),
      danger,
      group: groupOf({ order }),
      run: () => run(context),
    }));
}

/** What else can be sent from here. */
export function actionsOfComposer({ composerActions }: Slots, context: ComposerContext): ActionsProps['actions'] {
  return composerActions
    .filter((action) => action.available?.(context) ?? true)
    .map(({ id, icon, label, run }) => ({ id, icon, label: label(), run: () => run(context) }));
}
