import { useLingui } from '@lingui/react/macro';
import { Ellipsis } from 'lucide-react';
import { type RefObject, useState } from 'react';
import type { Engine, Message } from '@/engine';
import { actionsOn, isAvailable, type MessageContext, openActions, type Slots, useSlots } from '@/features/slots';
import { keyCaps, shortcutOn } from '@/lib/keys';
import { cx, IconButton } from '@/ui';

const MOST_BUTTONS = 3;

export function contextOf(engine: Engine, message: Message, row: HTMLElement): MessageContext | undefined {
  const conversation = engine.conversation(message.conversation).get();
  return conversation && { engine, conversation, message, row };
}

/** The menu of a message, or on touch its sheet. */
export function openMenu(slots: Slots, context: MessageContext, label: string, point?: { x: number; y: number }): void {
  openActions({ label, actions: actionsOn(slots, context), owner: context.row, point });
}

/** Is the row under the mouse, or has something in it the focus? Known to the row alone, so that no other is rendered anew. */
export function useAttention() {
  const [hovered, setHovered] = useState(false);
  const [focused, setFocused] = useState(false);
  const handlers = {
    onPointerEnter: (event: React.PointerEvent) => event.pointerType !== 'touch' && setHovered(true),
    onPointerLeave: () => setHovered(false),
    onFocus: () => setFocused(true),
    onBlur: (event: React.FocusEvent) => !event.currentTarget.contains(event.relatedTarget) && setFocused(false),
  };
  return { attended: hovered || focused, handlers };
}

interface ToolbarProps {
  engine: Engine;
  message: Message;
  own: boolean;
  /** The sender's name stands above the bubble. */
  named: boolean;
  row: RefObject<HTMLElement | null>;
}

/** The first few actions on a message, beside its bubble where there is room, else above it. It moves nothing. */
export function Toolbar({ engine, message, own, named, row }: ToolbarProps) {
  const { t } = useLingui();
  const slots = useSlots();
  const context = row.current && contextOf(engine, message, row.current);
  if (!context || message.seq === 0) return null;
  if (actionsOn(slots, context).length === 0) return null;
  const first = slots.messageActions.filter((one) => one.toolbar && isAvailable(one, context)).slice(0, MOST_BUTTONS);
  const caps = ({ id, shortcut }: (typeof first)[number]) =>
    shortcut && shortcutOn() && shortcutOn(id) ? ` (${keyCaps(shortcut.keys).join(' ')})` : '';
  const label = t`Message actions`;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms
    <div
      role="group"
      aria-label={label}
      className={cx(
        'absolute bottom-full z-10 flex rounded-md border border-line bg-raised p-0.5 shadow-pop select-none',
        '@2xl:top-1/2 @2xl:bottom-auto @2xl:-translate-y-1/2 @2xl:shadow-none',
        named && 'mb-5.5 @2xl:mb-0',
        own ? 'end-0 @2xl:end-full @2xl:me-1.5' : 'start-0 @2xl:start-full @2xl:ms-1.5',
      )}
    >
      {first.map((action) => (
        <IconButton
          key={action.id}
          label={action.label(context)}
          title={action.label(context) + caps(action)}
          icon={<action.icon className="size-4.5" />}
          className="size-8"
          onClick={() => action.run(context)}
        />
      ))}
      <IconButton
        label={t`More`}
        title={t`More`}
        aria-haspopup="menu"
        icon={<Ellipsis className="size-4.5" />}
        className="size-8"
        onClick={(event) => openActions({ label, actions: actionsOn(slots, context), owner: event.currentTarget })}
      />
    </div>
  );
}
