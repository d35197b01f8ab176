import { describe, expect, it } from 'vitest';
import { resolveLocale } from './i18n';

describe('the language', () => {
  it('is the wished one when we have it, whatever the region', () => {
    expect(resolveLocale('de-AT', ['en-US'])).toBe('de');
    expect(resolveLocale('pseudo', ['en'])).toBe('pseudo');
  });

  it('else the first of the device that we have, else English', () => {
    expect(resolveLocale('', ['fr-FR', 'de-CH', 'en'])).toBe('de');
    expect(resolveLocale('tlh', ['fr'])).toBe('en');
  });
});
