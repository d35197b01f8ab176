import { useLingui } from '@lingui/react/macro';
import { useRef } from 'react';
import { Popover, type PopoverProps } from '@/ui/popover';
import { EmojiPicker } from './picker';

type EmojiPopoverProps = Pick<PopoverProps, 'open' | 'anchor' | 'onClose' | 'align'> & {
  /** One emoji, in the skin tone that is set. Whoever hears it closes the popover. */
  onPick: (emoji: string) => void;
};

export default function EmojiPopover({ onPick, ...rest }: EmojiPopoverProps) {
  const { t } = useLingui();
  const search = useRef<HTMLInputElement>(null);
  return (
    <Popover {...rest} label={t`Emoji`} initialFocus={search} className="p-0">
      <EmojiPicker search={search} onPick={onPick} />
    </Popover>
  );
}
