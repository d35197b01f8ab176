import { type CSSProperties, memo } from 'react';
import { hueOf, initialsOf } from '@/lib/avatar-colour';
import { cx } from './cx';

const SIZES = { sm: 'size-7 text-[0.6875rem]', md: 'size-10 text-sm', lg: 'size-16 text-xl', xl: 'size-20 text-2xl' } as const;

interface AvatarProps {
  /** Decides the colour. */
  id: string;
  name: string;
  size?: keyof typeof SIZES;
  /** Groups are squarer than people, so that the two are told apart without colour. */
  shape?: 'person' | 'group';
  icon?: React.ReactNode;
}

/** Decoration: the name always stands beside it. */
export const Avatar = memo(function Avatar({ id, name, size = 'md', shape = 'person', icon }: AvatarProps) {
  return (
    <span
      aria-hidden="true"
      style={{ '--hue': hueOf(id) } as CSSProperties}
      className={cx(
        'avatar-tint inline-flex shrink-0 items-center justify-center font-semibold tracking-tight select-none forced:border',
        shape === 'person' ? 'rounded-full' : 'rounded-[32%]',
        SIZES[size],
      )}
    >
      {icon ?? initialsOf(name)}
    </span>
  );
});
