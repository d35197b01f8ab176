import { Trans, useLingui } from '@lingui/react/macro';
import { EllipsisVertical, MessageCircle, UserMinus, UserRoundCog } from 'lucide-react';
import type { Member } from '@/engine';
import { Person } from '@/features/people-picker';
import { PresenceWords } from '@/features/presence';
import { useMe } from '@/features/session';
import { IconButton } from '@/ui';
import { Menu, MenuItem, MenuSeparator } from '@/ui/menu';
import { mayDo, type Role, roleName } from './roles';

export interface MemberActions {
  write: (member: Member) => void;
  setRole: (member: Member, role: Role) => void;
  remove: (member: Member) => void;
}

interface MemberListProps extends MemberActions {
  members: readonly Member[];
  myRole: Role;
}

export function MemberList({ members, myRole, ...actions }: MemberListProps) {
  const { t } = useLingui();
  const me = useMe();
  return (
    <ul aria-label={t`Members`}>
      {members.map((member) => (
        <li key={member.user.id} className="[content-visibility:auto] [contain-intrinsic-block-size:3.5rem]">
          <div className="flex min-h-14 items-center px-4">
            <Person
              live
              user={member.user}
              end={
                <>
                  {member.user.id !== me.id && <PresenceWords user={member.user.id} />}
                  {member.role !== 'member' && (
                    <span className="rounded-full border border-line bg-canvas px-2 py-0.5 text-xs text-soft">
                      {roleName(member.role)}
                    </span>
                  )}
                  {member.user.id === me.id ? (
                    <span className="px-2 text-sm text-faint">
                      <Trans>You</Trans>
                    </span>
                  ) : (
                    <MemberMenu member={member} myRole={myRole} {...actions} />
                  )}
                </>
              }
            />
          </div>
        </li>
      ))}
    </ul>
  );
}

function MemberMenu({ member, myRole, write, setRole, remove }: { member: Member; myRole: Role } & MemberActions) {
  const { t } = useLingui();
  const may = mayDo(myRole, member.role);
  const label: Record<Role, string> = { owner: t`Make owner`, admin: t`Make admin`, member: t`Make plain member` };
  return (
    <Menu trigger={<IconButton label={t`Actions for ${member.user.name}`} icon={<EllipsisVertical className="size-4.5" />} />}>
      <MenuItem icon={<MessageCircle />} onSelect={() => write(member)}>
        <Trans>Write to them</Trans>
      </MenuItem>
      {may.roles.map((role) => (
        <MenuItem key={role} icon={<UserRoundCog />} onSelect={() => setRole(member, role)}>
          {label[role]}
        </MenuItem>
      ))}
      {may.remove && (
        <>
          <MenuSeparator />
          <MenuItem icon={<UserMinus />} tone="danger" onSelect={() => remove(member)}>
            <Trans>Remove from group</Trans>
          </MenuItem>
        </>
      )}
    </Menu>
  );
}
