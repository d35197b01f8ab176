import { useLingui as useLanguage } from '@lingui/react';
import { useLingui } from '@lingui/react/macro';
import {
  EmojiPicker as Base,
  type EmojiDataResolver,
  type EmojiPickerListCategoryHeaderProps,
  type EmojiPickerListEmojiProps,
  type EmojiPickerListRowProps,
  type SkinTone,
} from 'frimousse';
import { type RefObject, useEffect, useRef, useState } from 'react';
import { loadEmoji, recentEmoji, setSkinTone, skinTone, usedEmoji } from '@/lib/emoji';
import { useMedia } from '@/lib/media';
import { cx, inputClass } from '@/ui';

const TONES = ['none', 'light', 'medium-light', 'medium', 'medium-dark', 'dark'] as const satisfies readonly SkinTone[];
const CELL = 'flex size-9 shrink-0 items-center justify-center rounded-sm text-[1.375rem] leading-none touch:size-11';

/** Our own data in the picker's shape: it would fetch them from elsewhere, which the server's policy forbids. */
const fromUs: EmojiDataResolver = async (locale) => {
  const { groups, all } = await loadEmoji(locale);
  return {
    locale,
    categories: groups.map((label, index) => ({ index, label: label.charAt(0).toLocaleUpperCase(locale) + label.slice(1) })),
    emojis: all.map(({ emoji, label, tags, codes, group, tones }) => ({
      emoji,
      label,
      category: group,
      version: 0,
      tags: [...tags, ...codes],
      ...(tones && { skins: Object.fromEntries(tones.map((tone, i) => [TONES[i + 1], tone])) as never }),
    })),
    skinTones: { light: '', 'medium-light': '', medium: '', 'medium-dark': '', dark: '' },
  };
};

interface EmojiPickerProps {
  search: RefObject<HTMLInputElement | null>;
  onPick: (emoji: string) => void;
}

/** Search, the latest ones, all of them. The arrows walk through them while one types. */
export function EmojiPicker({ search, onPick }: EmojiPickerProps) {
  const { t } = useLingui();
  const { locale } = useLanguage().i18n;
  const touch = useMedia('touch');
  const [query, setQuery] = useState('');
  const [tone, setTone] = useState(skinTone);
  const [recent] = useState(recentEmoji);
  const columns = touch ? 7 : 8;
  const pick = (emoji: string) => {
    usedEmoji(emoji);
    onPick(emoji);
  };
  return (
    <Base.Root
      locale={locale}
      columns={columns}
      skinTone={TONES[tone] ?? 'none'}
      resolveEmojiData={fromUs}
      onEmojiSelect={({ emoji }) => pick(emoji)}
      className="flex h-[min(24rem,60dvh)] w-fit flex-col"
    >
      <div className="flex gap-1.5 p-2 pb-1.5">
        <Base.Search
          ref={search}
          value={query}
          onChange={(event) => setQuery(event.target.value)}
          dir="auto"
          aria-label={t`Search emoji`}
          placeholder={t`Search emoji`}
          className={inputClass}
        />
        <ToneButton
          tone={tone}
          onChange={(next) => {
            setTone(next);
            setSkinTone(next);
          }}
        />
      </div>
      {query === '' && recent.length > 0 && <Recent emoji={recent.slice(0, columns)} onPick={pick} />}
      <Base.Viewport tabIndex={0} aria-label={t`All emoji`} role="group" className="min-h-0 flex-1 px-2">
        <Base.Loading className="absolute inset-0 flex items-center justify-center text-soft">{t`Loading`}</Base.Loading>
        <Base.Empty className="absolute inset-0 flex items-center justify-center text-soft">{t`No emoji found.`}</Base.Empty>
        <Base.List aria-label={t`Emoji`} components={{ CategoryHeader, Row, Emoji }} className="select-none" />
      </Base.Viewport>
      <p aria-hidden="true" className="h-9 truncate border-t border-line px-3 text-sm leading-9 text-soft">
        <Base.ActiveEmoji>{({ emoji }) => emoji && `${emoji.emoji} ${emoji.label}`}</Base.ActiveEmoji>
      </p>
    </Base.Root>
  );
}

function ToneButton({ tone, onChange }: { tone: number; onChange: (tone: number) => void }) {
  const { t } = useLingui();
  const names = [t`none`, t`light`, t`medium-light`, t`medium`, t`medium-dark`, t`dark`];
  const name = names[tone] ?? '';
  return (
    <Base.SkinTone emoji="✋">
      {({ skinToneVariations }) => (
        <button
          type="button"
          aria-label={t`Skin tone: ${name}`}
          title={t`Skin tone: ${name}`}
          onClick={() => onChange((tone + 1) % TONES.length)}
          className={cx(CELL, 'size-10 border border-edge hover:bg-hover')}
        >
          {skinToneVariations[tone]?.emoji}
        </button>
      )}
    </Base.SkinTone>
  );
}

function Recent({ emoji, onPick }: { emoji: readonly string[]; onPick: (emoji: string) => void }) {
  const { t } = useLingui();
  return (
    <fieldset aria-label={t`Used lately`} className="flex border-b border-line px-2 pb-1.5">
      {emoji.map((one) => (
        <button key={one} type="button" onClick={() => onPick(one)} className={cx(CELL, 'hover:bg-hover')}>
          {one}
        </button>
      ))}
    </fieldset>
  );
}

function CategoryHeader({ category, className, ...rest }: EmojiPickerListCategoryHeaderProps) {
  return (
    <div className={cx('bg-raised px-1 pt-2 pb-1 text-sm font-medium text-soft', className)} {...rest}>
      {category.label}
    </div>
  );
}

/** The library counts from 0, ARIA from 1. */
const counted = (name: 'aria-rowindex' | 'aria-colindex', index: number | undefined) =>
  index === undefined ? {} : { [name]: index + 1 };

function Row({ 'aria-rowindex': index, ...rest }: EmojiPickerListRowProps) {
  return <div {...rest} {...counted('aria-rowindex', index)} />;
}

function Emoji({ emoji, className, 'aria-colindex': index, ...rest }: EmojiPickerListEmojiProps) {
  const cell = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (emoji.isActive) cell.current?.scrollIntoView({ block: 'nearest' });
  }, [emoji.isActive]);
  return (
    <button
      ref={cell}
      type="button"
      {...rest}
      {...counted('aria-colindex', index)}
      // Not below the name of its group, which stays at the top.
      className={cx(CELL, 'scroll-my-9', emoji.isActive && 'bg-hover outline-2 -outline-offset-2 outline-accent', className)}
    >
      {emoji.emoji}
    </button>
  );
}
