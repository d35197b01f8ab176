import { expect, it } from 'vitest';
import { diff } from './diff';

const told = (before: string, after: string) =>
  diff(before, after)
    .map(({ type, text }) => ({ same: text, added: `+${text}+`, removed: `-${text}-` })[type])
    .join('');

it('tells words that came and went, and what stayed', () => {
  expect(told('see you at noon', 'see you at one')).toBe('see you at -noon-+one+');
  expect(told('a c', 'a b c')).toBe('a +b +c');
  expect(told('gone now', '')).toBe('-gone now-');
  expect(told('', 'new')).toBe('+new+');
  expect(told('same', 'same')).toBe('same');
});

it('both texts can be read from it, whatever they are', () => {
  const [before, after] = ['one  two\nthree four five', 'zero two\nthree  six five one'];
  const pieces = diff(before, after);
  const join = (not: string) => pieces.flatMap(({ type, text }) => (type === not ? [] : [text])).join('');
  expect([join('added'), join('removed')]).toEqual([before, after]);
});

it('tells very long texts as a whole', () => {
  const long = 'word '.repeat(5_000);
  expect(diff(long, `${long}more`).map(({ type }) => type)).toEqual(['removed', 'added']);
});
