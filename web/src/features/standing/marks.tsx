import { useLingui } from '@lingui/react/macro';
import { BellOff, Star } from 'lucide-react';

export function SilentMark() {
  const { t } = useLingui();
  return <BellOff role="img" aria-label={t`Muted`} className="size-3.5 shrink-0 self-center text-faint" />;
}

export function FavouriteMark() {
  const { t } = useLingui();
  return <Star role="img" aria-label={t`Favourite`} className="size-3.5 shrink-0 self-center fill-current text-warn" />;
}
