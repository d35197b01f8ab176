import { useLingui } from '@lingui/react/macro';
import { type KeyboardEvent, useEffect, useRef } from 'react';
import type { Engine } from '@/engine';
import { isAvailable, type MessageAction, type MessageContext, useSlots } from '@/features/slots';
import { pressed, shortcutOn } from '@/lib/keys';
import type { Gestures } from './gestures';
import type { Item } from './model';
import { selection, selectNothing, toggle } from './selection';
import { contextOf, openMenu } from './toolbar';

interface RowActions extends Gestures {
  onKeyDown: (event: KeyboardEvent) => void;
}

/** What can be done to the row one points at, or that has the focus. */
export function useRowActions(engine: Engine, conversation: string, items: readonly Item[]): RowActions {
  const { t } = useLingui();
  const slots = useSlots();
  const latest = useRef(items);
  useEffect(() => {
    latest.current = items;
  });
  useEffect(() => selectNothing, []);

  const contextAt = (row: HTMLElement): MessageContext | undefined => {
    const item = latest.current.find(({ key }) => key === row.dataset.key);
    const message = item?.type === 'message' && item.message.message.seq > 0 ? item.message.message : undefined;
    return message && contextOf(engine, message, row);
  };
  const first = (row: HTMLElement, fits: (action: MessageAction) => boolean): (() => void) | undefined => {
    const context = contextAt(row);
    const action = context && slots.messageActions.find((one) => fits(one) && isAvailable(one, context));
    return action && (() => action.run(context));
  };
  const menu: Gestures['menu'] = (row, point) => {
    const context = contextAt(row);
    if (context && selection.get() === undefined) openMenu(slots, context, t`Message actions`, point);
  };

  return {
    menu,
    swipable: (row) => selection.get() === undefined && first(row, ({ swipe }) => swipe === true) !== undefined,
    swiped: (row) => first(row, ({ swipe }) => swipe === true)?.(),
    onKeyDown: (event) => {
      const row = event.target as HTMLElement;
      const { nativeEvent } = event;
      if (event.key === 'Escape' && selection.get() !== undefined) {
        selectNothing();
        event.preventDefault();
        return;
      }
      if (row.dataset.key === undefined || event.defaultPrevented) return;
      if (event.key === ' ' && selection.get() !== undefined && row.dataset.seq) {
        toggle(conversation, Number(row.dataset.seq));
        event.preventDefault();
        return;
      }
      if (pressed(nativeEvent, 'Shift+F10')) {
        event.preventDefault();
        menu(row);
        return;
      }
      if (!shortcutOn()) return;
      const act = first(
        row,
        ({ id, shortcut }) => shortcut !== undefined && pressed(nativeEvent, shortcut.keys) && shortcutOn(id),
      );
      if (act === undefined) return;
      event.preventDefault();
      act();
    },
  };
}
