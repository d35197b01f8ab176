import { useLingui } from '@lingui/react/macro';
import { OwnDot } from '@/features/presence';
import { useEngine, useMe } from '@/features/session';
import { useReadable } from '@/lib/readable';
import { Avatar } from '@/ui';
import { useStatus } from './model';

/** One's own face: how one is seen, what one is up to, and the way to change both. */
export function OwnButton({ className }: { className: string }) {
  const { t } = useLingui();
  const engine = useEngine();
  const me = useMe();
  const status = useStatus(me);
  const own = useReadable(engine.own_presence);
  const seen = { online: t`online`, away: t`away`, busy: t`busy`, invisible: t`invisible` }[own];
  const label = status?.text ? t`You: ${seen}, ${status.text}` : t`You: ${seen}`;
  return (
    <button
      type="button"
      aria-haspopup="menu"
      aria-label={label}
      title={label}
      onClick={({ currentTarget: owner }) => void import('./own-menu').then(({ openOwnMenu }) => openOwnMenu(engine, owner))}
      className={className}
    >
      {status?.emoji && <span aria-hidden="true">{status.emoji}</span>}
      <Avatar id={me.id} name={me.name} size="sm" mark={<OwnDot />} />
    </button>
  );
}
