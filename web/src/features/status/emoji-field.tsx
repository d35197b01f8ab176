import { useLingui } from '@lingui/react/macro';
import { SmilePlus, X } from 'lucide-react';
import { Suspense, useState } from 'react';
import { EmojiPopover } from '@/features/emoji';
import { IconButton } from '@/ui';

interface EmojiFieldProps {
  /** '' while there is none. */
  value: string;
  onChange: (emoji: string) => void;
}

/** One emoji, or none. */
export function EmojiField({ value, onChange }: EmojiFieldProps) {
  const { t } = useLingui();
  const [anchor, setAnchor] = useState<HTMLButtonElement | null>(null);
  const [open, setOpen] = useState(false);
  const [wanted, setWanted] = useState(false);
  const label = value === '' ? t`Choose an emoji` : t`Emoji: ${value}`;
  return (
    <div className="flex items-center gap-1">
      <IconButton
        ref={setAnchor}
        label={label}
        title={label}
        icon={value === '' ? <SmilePlus className="size-5" /> : <span className="text-xl leading-none">{value}</span>}
        aria-haspopup="dialog"
        aria-expanded={open}
        onClick={() => {
          setWanted(true);
          setOpen(!open);
        }}
        className="size-10 border border-edge"
      />
      {value !== '' && (
        <IconButton
          label={t`Without an emoji`}
          title={t`Without an emoji`}
          icon={<X className="size-4.5" />}
          onClick={() => {
            onChange('');
            anchor?.focus();
          }}
        />
      )}
      <Suspense>
        {wanted && anchor && (
          <EmojiPopover
            open={open}
            anchor={anchor}
            align="start"
            onClose={() => setOpen(false)}
            onPick={(emoji) => {
              setOpen(false);
              onChange(emoji);
            }}
          />
        )}
      </Suspense>
    </div>
  );
}
