import { t } from '@lingui/core/macro';
import type { Member } from '@/engine';

export type Role = Member['role'];

const RANK: Record<Role, number> = { owner: 0, admin: 1, member: 2 };

export function roleName(role: Role): string {
  switch (role) {
    case 'owner':
      return t`Owner`;
    case 'admin':
      return t`Admin`;
    default:
      return t`Member`;
  }
}

/** Owners first, then admins, then by name. */
export function byRole(members: readonly Member[]): Member[] {
  return [...members].sort((a, b) => RANK[a.role] - RANK[b.role] || a.user.name.localeCompare(b.user.name));
}

/** What somebody of role `mine` may do to a member; mirrors "Roles in a group" in protocol.md. The server decides. */
export function mayDo(mine: Role, theirs: Role): { remove: boolean; roles: Role[] } {
  if (mine === 'owner') return { remove: true, roles: (['owner', 'admin', 'member'] as const).filter((role) => role !== theirs) };
  return { remove: mine === 'admin' && theirs === 'member', roles: [] };
}

export function mayAdminister(mine: Role): boolean {
  return mine !== 'member';
}
