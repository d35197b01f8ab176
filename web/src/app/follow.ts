import { useLingui } from '@lingui/react';
import { useEffect, useRef } from 'react';
import { titleOf, useConversation, useEngine, useMe } from '@/features/session';
import { chooseLocale } from '@/lib/i18n';
import { useMedia } from '@/lib/media';
import type { Place } from '@/lib/paths';
import { useReadable } from '@/lib/readable';
import { applyTheme } from '@/lib/theme';

/** Theme and language follow the account, on whichever device they were changed. */
export function usePreferences(): void {
  const { theme, locale } = useMe().preferences;
  useEffect(() => applyTheme(theme), [theme]);
  useEffect(() => {
    chooseLocale(locale).catch((error: unknown) => console.warn('The language stays as it is', error));
  }, [locale]);
}

/**
 * On a phone another address is another screen, and the link that led to it is gone: the heading gets the focus, so that
 * a screen reader tells where one is. Beside the list nothing vanishes, and the focus stays where it was.
 */
export function useScreenFocus(place: Place): void {
  const phone = useMedia('phone');
  const { seq: _, ...where } = { seq: undefined, ...place };
  const screen = JSON.stringify(where);
  const before = useRef(screen);
  useEffect(() => {
    if (before.current === screen) return;
    before.current = screen;
    if (!phone) return;
    const heading = document.querySelector<HTMLElement>('h1');
    heading?.setAttribute('tabindex', '-1');
    heading?.focus({ preventScroll: true });
  }, [screen, phone]);
}

/** "(3) Lunch · Parlor". Draws nothing, and nothing else is drawn when it changes. */
export function DocumentTitle({ open }: { open: string | undefined }): null {
  const { i18n } = useLingui();
  const unread = useReadable(useEngine().unread_total);
  const conversation = useConversation(open);
  const title = conversation && titleOf(conversation);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the title of notes is in the interface's language
  useEffect(() => {
    const badge = unread > 0 ? `(${unread > 999 ? '999+' : unread}) ` : '';
    document.title = `${badge}${title ? `${title} · ` : ''}Parlor`;
  }, [unread, title, i18n.locale]);
  return null;
}
