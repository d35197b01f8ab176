import type { ReactNode } from 'react';
import type { User } from '@/engine';
import { AvatarMarks } from '@/features/slots';
import { Avatar } from '@/ui';

interface PersonProps {
  user: User;
  /** What can be done with them. */
  end?: ReactNode;
  /** The picture tells whether they are there. */
  live?: boolean;
}

/** Face, name and username of somebody. */
export function Person({ user, end, live = false }: PersonProps) {
  return (
    <span className="flex min-w-0 flex-1 items-center gap-3">
      <Avatar id={user.id} name={user.name} mark={live && <AvatarMarks user={user.id} />} />
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
