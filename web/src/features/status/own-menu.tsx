import { t } from '@lingui/core/macro';
import { SmilePlus, UserRound } from 'lucide-react';
import type { ComponentType } from 'react';
import type { Engine, OwnPresence } from '@/engine';
import { Dot } from '@/features/presence';
import { openActions } from '@/features/slots';
import { navigate } from '@/lib/navigation';
import { paths } from '@/lib/paths';
import { chooseStatus } from '.';

interface IconProps {
  className?: string;
}

const Icon = ({ status, className = '' }: IconProps & { status: OwnPresence }) => (
  <span className={`flex p-0.75 ${className}`}>
    <Dot status={status} />
  </span>
);

const ICONS: Record<OwnPresence, ComponentType<IconProps>> = {
  online: (props) => <Icon status="online" {...props} />,
  away: (props) => <Icon status="away" {...props} />,
  busy: (props) => <Icon status="busy" {...props} />,
  invisible: (props) => <Icon status="invisible" {...props} />,
};

/** Beside one's own face: what one is up to, and how one wants to be seen. */
export function openOwnMenu(engine: Engine, owner: HTMLElement): void {
  const own = engine.own_presence.get();
  const text = engine.me.get().status?.text;
  const seen: readonly (readonly [OwnPresence, string])[] = [
    ['online', t`Online`],
    ['away', t`Away`],
    ['busy', t`Busy`],
    ['invisible', t`Invisible`],
  ];
  openActions({
    label: t`You`,
    owner,
    actions: [
      { id: 'status', icon: SmilePlus, label: text ? t`Status: ${text}` : t`Set a status`, group: 0, run: chooseStatus },
      ...seen.map(([id, label]) => ({
        id,
        icon: ICONS[id],
        label,
        group: 1,
        checked: id === own,
        run: () => engine.set_presence(id),
      })),
      { id: 'profile', icon: UserRound, label: t`Profile`, group: 2, run: () => navigate(paths.settings('profile')) },
    ],
  });
}
