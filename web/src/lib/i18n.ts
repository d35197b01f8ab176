/** The language of the interface. English is the source; a catalog is loaded when its language is chosen, and no other. */
import { i18n, type Messages } from '@lingui/core';
import { recall, remember } from './device-store';

export const LOCALES = {
  en: { name: 'English', load: () => import('../locales/en.po') },
  de: { name: 'Deutsch', load: () => import('../locales/de.po') },
  pseudo: { name: 'Pseudo', load: () => import('../locales/pseudo.po') },
} satisfies Record<string, { name: string; load: () => Promise<{ messages: Messages }> }>;

export type Locale = keyof typeof LOCALES;
const RTL = new Set(['ar', 'he', 'fa', 'ur', 'yi', 'ps', 'dv']);

function known(tag: string): Locale | undefined {
  const exact = tag.toLowerCase();
  const base = exact.split('-')[0] ?? '';
  return exact in LOCALES ? (exact as Locale) : base in LOCALES ? (base as Locale) : undefined;
}

/** The wished language when we have it, else the first of the device's that we have, else English. */
export function resolveLocale(wished: string, device: readonly string[] = navigator.languages): Locale {
  for (const tag of [wished, ...device]) {
    const found = tag && known(tag);
    if (found) return found;
  }
  return 'en';
}

/** Switches the language; an empty wish follows the device. Stays with what is loaded when a catalog cannot be fetched. */
export async function chooseLocale(wished: string): Promise<void> {
  const locale = resolveLocale(wished);
  remember('locale', wished || undefined);
  if (i18n.locale === locale) return;
  const { messages } = await LOCALES[locale].load();
  i18n.loadAndActivate({ locale, messages });
  document.documentElement.lang = locale === 'pseudo' ? 'en-XA' : locale;
  document.documentElement.dir = RTL.has(locale) ? 'rtl' : 'ltr';
}

/** For the first paint: what this device used last. */
export function startLocale(): Promise<void> {
  return chooseLocale(recall('locale') ?? '');
}
