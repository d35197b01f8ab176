import { describe, expect, it } from 'vitest';
import { rank, score } from './rank';

describe('the quick switcher', () => {
  it('puts beginnings before parts, and parts before scattered letters', () => {
    const titles = ['Team lunch', 'Plunge', 'Lunch', 'Lost Unicorn Hat'];
    expect(rank(titles, (title) => title, 'lun', 10)).toEqual(['Lunch', 'Team lunch', 'Plunge', 'Lost Unicorn Hat']);
  });

  it('ignores case and accents', () => {
    expect(score('Éloïse Dupré', 'eloise')).toBeGreaterThan(score('Melois', 'eloise'));
    expect(score('Jürgen', 'JUR')).toBe(5);
  });

  it('keeps the order by time for an empty query, and the limit', () => {
    expect(rank(['c', 'a', 'b'], (title) => title, '  ', 2)).toEqual(['c', 'a']);
  });
});
