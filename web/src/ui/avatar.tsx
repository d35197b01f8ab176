import { type CSSProperties, memo } from 'react';
import { hueOf, initialsOf } from '@/lib/avatar-colour';
import { cx } from './cx';

const SIZES = {
  xs: 'size-4.5 text-[0.5rem]',
  sm: 'size-7 text-[0.6875rem]',
  md: 'size-10 text-sm',
  lg: 'size-16 text-xl',
  xl: 'size-20 text-2xl',
} as const;

const MARKS = {
  xs: '[--mark:0.375rem]',
  sm: '[--mark:0.5625rem]',
  md: '[--mark:0.75rem]',
  lg: '[--mark:0.9375rem] [--mark-inset:0.125rem]',
  xl: '[--mark:1.125rem] [--mark-inset:0.1875rem]',
} as const;

interface AvatarProps {
  /** Decides the colour. */
  id: string;
  name: string;
  size?: keyof typeof SIZES;
  /** Groups are squarer than people, so that the two are told apart without colour. */
  shape?: 'person' | 'group';
  icon?: React.ReactNode;
  /** Stands on its corner; see `avatar-mark` in app/styles.css. */
  mark?: React.ReactNode;
}

/** Decoration: the name always stands beside it. */
export const Avatar = memo(function Avatar({ id, name, size = 'md', shape = 'person', icon, mark }: AvatarProps) {
  const face = (
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
  return mark ? (
    <span className={cx('avatar-frame relative inline-flex shrink-0', MARKS[size])}>
      {face}
      {mark}
    </span>
  ) : (
    face
  );
});
