import { useLingui } from '@lingui/react/macro';
import { ArrowLeft, X } from 'lucide-react';
import { cx, IconButton } from '@/ui';

interface PaneBarProps {
  title: string;
  heading?: 'h1' | 'h2';
  onBack?: (() => void) | undefined;
  onClose?: (() => void) | undefined;
}

/** The header of a pane that is no conversation. */
export function PaneBar({ title, heading: Heading = 'h1', onBack, onClose }: PaneBarProps) {
  const { t } = useLingui();
  return (
    <header className="shrink-0 border-b border-line bg-surface pt-[env(safe-area-inset-top)]">
      <div className={cx('flex h-15 items-center gap-2 pe-2.5', onBack ? 'ps-2' : 'ps-5')}>
        {onBack && <IconButton label={t`Back`} icon={<ArrowLeft className="size-5 rtl:-scale-x-100" />} onClick={onBack} />}
        <Heading className="min-w-0 flex-1 truncate text-lg font-semibold">{title}</Heading>
        {onClose && <IconButton label={t`Close`} icon={<X className="size-5" />} onClick={onClose} />}
      </div>
    </header>
  );
}
