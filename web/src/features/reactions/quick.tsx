import { Popover } from '@base-ui/react/popover';
import { useLingui } from '@lingui/react/macro';
import { type KeyboardEvent, useRef, useState } from 'react';
import type { Engine, Message } from '@/engine';
import { cx } from '@/ui';
import { landmarkOf } from '@/ui/landmark';
import { POPUP_CLASS } from '@/ui/menu';
import { quickEmoji, toggleReaction } from './model';

interface QuickProps {
  engine: Engine;
  message: Message;
  anchor: HTMLElement;
  onClose: () => void;
}

/** The six emoji at hand; arrows walk, Enter puts one on the message or takes it off. */
export default function Quick({ engine, message, anchor, onClose }: QuickProps) {
  const { t } = useLingui();
  const [open, setOpen] = useState(true);
  const first = useRef<HTMLButtonElement>(null);
  const mine = new Set(message.reactions?.flatMap((one) => (one.mine ? [one.emoji] : [])));
  const choose = (emoji: string) => {
    toggleReaction(engine, message, emoji);
    setOpen(false);
  };
  return (
    <Popover.Root open={open} onOpenChange={setOpen} onOpenChangeComplete={(now) => !now && onClose()}>
      <Popover.Portal container={landmarkOf(anchor)}>
        <Popover.Positioner
          anchor={anchor}
          positionMethod="fixed"
          className="z-40 outline-none"
          side="top"
          sideOffset={4}
          collisionPadding={8}
        >
          <Popover.Popup
            aria-label={t`React`}
            initialFocus={first}
            finalFocus={() => (anchor.isConnected ? anchor : true)}
            className={cx(POPUP_CLASS, 'flex gap-0.5')}
            onKeyDown={walk}
          >
            {quickEmoji([]).map((emoji, i) => (
              <button
                key={emoji}
                ref={i === 0 ? first : undefined}
                type="button"
                aria-label={emoji}
                aria-pressed={mine.has(emoji)}
                onClick={() => choose(emoji)}
                className="flex size-10 items-center justify-center rounded-md text-xl hover:bg-hover aria-pressed:bg-selected touch:size-11"
              >
                {emoji}
              </button>
            ))}
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}

function walk(event: KeyboardEvent): void {
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (step === undefined) return;
  const all = [...event.currentTarget.querySelectorAll('button')];
  const at = all.indexOf(document.activeElement as HTMLButtonElement);
  const forward = document.documentElement.dir === 'rtl' ? -step : step;
  all[(at + forward + all.length) % all.length]?.focus();
  event.preventDefault();
}
