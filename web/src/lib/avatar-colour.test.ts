import { describe, expect, it } from 'vitest';
import { hueOf, initialsOf } from './avatar-colour';

describe('avatars', () => {
  it('give the same hue for the same id, and spread over ids', () => {
    expect(hueOf('123')).toBe(hueOf('123'));
    const hues = new Set(Array.from({ length: 200 }, (_, i) => hueOf(String(7_000_000 + i))));
    expect(hues.size).toBe(10);
  });

  it('take initials from any script', () => {
    expect(initialsOf('Ada Lovelace')).toBe('AL');
    expect(initialsOf('  élodie  de la Tour ')).toBe('ÉT');
    expect(initialsOf('李小龙')).toBe('李');
    expect(initialsOf('"Quoted" Name')).toBe('QN');
    expect(initialsOf('👩‍🚀 Crew')).toBe('👩‍🚀C');
    expect(initialsOf('   ')).toBe('?');
  });
});
