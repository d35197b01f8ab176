import { useLingui } from '@lingui/react';
import { useEffect } from 'react';
import { titleOf, useConversation, useEngine, useMe } from '@/features/session';
import { chooseLocale } from '@/lib/i18n';
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

/** "(3) Lunch · Parlor" */
export function useDocumentTitle(open: string | undefined): void {
  const { i18n } = useLingui();
  const unread = useReadable(useEngine().unread_total);
  const conversation = useConversation(open ?? '');
  const title = conversation && titleOf(conversation);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the title of notes is in the interface's language
  useEffect(() => {
    const badge = unread > 0 ? `(${unread > 999 ? '999+' : unread}) ` : '';
    document.title = `${badge}${title ? `${title} · ` : ''}Parlor`;
  }, [unread, title, i18n.locale]);
}
