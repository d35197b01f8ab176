import { useLingui } from '@lingui/react/macro';
import { ALargeSmall } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { IconButton } from '@/ui';
import type { Format } from './format';

const Formatting = lazy(() => import('./formatting'));

/** Not on a phone: there is no room for it beside the words. */
export function FormattingButton({ onFormat }: { onFormat: (format: Format) => void }) {
  const { t } = useLingui();
  const [anchor, setAnchor] = useState<HTMLButtonElement | null>(null);
  const [open, setOpen] = useState(false);
  const [wanted, setWanted] = useState(false);
  return (
    <>
      <IconButton
        ref={setAnchor}
        label={t`Formatting`}
        icon={<ALargeSmall className="size-5" />}
        aria-haspopup="dialog"
        aria-expanded={open}
        onClick={() => {
          setWanted(true);
          setOpen(!open);
        }}
        className="my-0.5 phone:hidden"
      />
      <Suspense>
        {wanted && anchor && (
          <Formatting
            open={open}
            anchor={anchor}
            onClose={() => setOpen(false)}
            onFormat={(format) => {
              setOpen(false);
              onFormat(format);
            }}
          />
        )}
      </Suspense>
    </>
  );
}
