import { Popover } from '@base-ui/react/popover';
import { useLingui } from '@lingui/react/macro';
import { Plus } from 'lucide-react';
import { type KeyboardEvent, useRef, useState } from 'react';
import type { Engine, Message } from '@/engine';
import { EmojiPopover } from '@/features/emoji';
import { recentEmoji, usedEmoji } from '@/lib/emoji';
import { cx, IconButton } from '@/ui';
import { landmarkOf } from '@/ui/landmark';
import { POPUP_CLASS } from '@/ui/menu';
import { quickEmoji, toggleReaction } from './model';

const CLOSING_MS = 200;

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
  const [picking, setPicking] = useState<boolean>();
  const [quick] = useState(() => quickEmoji(recentEmoji()));
  const first = useRef<HTMLButtonElement>(null);
  const mine = new Set(message.reactions?.flatMap((one) => (one.mine ? [one.emoji] : [])));
  const choose = (emoji: string) => {
    usedEmoji(emoji);
    toggleReaction(engine, message, emoji);
    setOpen(false);
  };
  const picked = () => {
    setPicking(false);
    // Once the focus is back where it was.
    setTimeout(onClose, CLOSING_MS);
  };
  if (picking !== undefined) {
    return (
      <EmojiPopover
        open={picking}
        anchor={anchor}
        align="center"
        onClose={picked}
        onPick={(emoji) => {
          choose(emoji);
          picked();
        }}
      />
    );
  }
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
            {quick.map((emoji, i) => (
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
            <IconButton
              label={t`More emoji`}
              title={t`More emoji`}
              aria-haspopup="dialog"
              icon={<Plus className="size-5" />}
              className="size-10"
              onClick={() => setPicking(true)}
            />
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
