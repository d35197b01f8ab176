import type { ReactNode } from 'react';
import type { User } from '@/engine';
import { Avatar } from '@/ui';

/** Face, name and username of somebody; what can be done with them goes at the end. */
export function Person({ user, end }: { user: User; end?: ReactNode }) {
  return (
    <span className="flex min-w-0 flex-1 items-center gap-3">
      <Avatar id={user.id} name={user.name} />
      <span className="flex min-w-0 flex-1 flex-col leading-tight">
        <span className="truncate font-medium">
          <bdi>{user.name}</bdi>
        </span>
        <span className="truncate text-sm text-soft">
          <bdi>@{user.username}</bdi>
        </span>
      </span>
      {end}
    </span>
  );
}
