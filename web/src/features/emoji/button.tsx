import { useLingui } from '@lingui/react/macro';
import { Smile } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import type { ComposerHandle } from '@/features/slots';
import { IconButton } from '@/ui';

const EmojiPopover = lazy(() => import('./popover'));

/** In the composer's bar: what is picked goes where the caret is. */
export default function EmojiButton({ composer }: { composer: ComposerHandle }) {
  const { t } = useLingui();
  const [anchor, setAnchor] = useState<HTMLButtonElement | null>(null);
  const [open, setOpen] = useState(false);
  const [wanted, setWanted] = useState(false);
  return (
    <>
      <IconButton
        ref={setAnchor}
        label={t`Emoji`}
        icon={<Smile className="size-5" />}
        aria-haspopup="dialog"
        aria-expanded={open}
        onClick={() => {
          setWanted(true);
          setOpen(!open);
        }}
        className="my-0.5"
      />
      <Suspense>
        {wanted && anchor && (
          <EmojiPopover
            open={open}
            anchor={anchor}
            onClose={() => setOpen(false)}
            onPick={(emoji) => {
              setOpen(false);
              composer.insert(emoji);
            }}
          />
        )}
      </Suspense>
    </>
  );
}
