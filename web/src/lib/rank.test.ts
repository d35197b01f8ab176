import { describe, expect, it } from 'vitest';
import { rank, score } from './rank';

const plain = { names: (title: string) => [title], weight: () => 0 };

describe('the quick switcher', () => {
  it('puts beginnings before parts, and parts before scattered letters', () => {
    const titles = ['Team lunch', 'Plunge', 'Lunch', 'Lost Unicorn Hat'];
    expect(rank(titles, 'lun', 10, plain)).toEqual(['Lunch', 'Team lunch', 'Plunge', 'Lost Unicorn Hat']);
  });

  it('ignores case and accents, and takes words in any order', () => {
    expect(score('Éloïse Dupré', 'eloise')).toBeGreaterThan(score('Melois', 'eloise'));
    expect(score('Jürgen', 'JUR')).toBe(5);
    expect(score('Bob Smith', 'sm bo')).toBe(4);
    expect(score('Bob Smith', 'sm xy')).toBe(0);
  });

  it('keeps the order by time for an empty query, and the limit', () => {
    expect(rank(['c', 'a', 'b'], '  ', 2, plain)).toEqual(['c', 'a']);
  });

  it('puts what one goes to before its equals, but not before better answers', () => {
    const weight = (title: string) => (title === 'Team lunch' ? 3 : title === 'Plunge' ? 9 : 0);
    const titles = ['Late lunch', 'Team lunch', 'Plunge', 'Lunch'];
    expect(rank(titles, 'lun', 10, { names: (title) => [title], weight })).toEqual([
      'Lunch',
      'Team lunch',
      'Late lunch',
      'Plunge',
    ]);
  });

  it('finds by any of its names', () => {
    expect(rank(['x'], 'bob', 1, { names: () => ['Robert', '@bob'], weight: () => 0 })).toEqual(['x']);
  });
});
