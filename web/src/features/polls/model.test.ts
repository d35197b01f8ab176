import { expect, test } from 'vitest';
import { choose, chosenBy, isOver, type Poll, percent } from './model';

const poll = (change: Partial<Poll> = {}): Poll => ({
  question: 'Lunch?',
  options: [
    { text: 'pizza', count: 2, voters: ['1', '2'] },
    { text: 'soup', count: 1, voters: ['2'] },
  ],
  multiple: true,
  anonymous: false,
  voters: 3,
  ...change,
});

test('one learns what one chose from the poll, if it names everybody', () => {
  expect(chosenBy(poll(), '2')).toEqual([0, 1]);
  expect(chosenBy(poll(), '9')).toEqual([]);
  expect(chosenBy(poll({ anonymous: true }), '2')).toBeUndefined();
  expect(chosenBy(poll({ options: [{ text: 'pizza', count: 60, voters: ['1'] }] }), '2')).toBeUndefined();
});

test('a press chooses, moves or takes back', () => {
  expect(choose(poll(), [1], 0)).toEqual([0, 1]);
  expect(choose(poll(), [0, 1], 0)).toEqual([1]);
  expect(choose(poll({ multiple: false }), [1], 0)).toEqual([0]);
  expect(choose(poll({ multiple: false }), [0], 0)).toEqual([]);
});

test('shares are of those who voted, and a poll ends by hand or by the clock', () => {
  expect([percent(poll(), 0), percent(poll(), 1), percent(poll({ voters: 0 }), 0)]).toEqual([67, 33, 0]);
  expect(isOver(poll(), 10)).toBe(false);
  expect(isOver(poll({ closed_at: 5 }), 10)).toBe(true);
  expect(isOver(poll({ closes_at: 10 }), 10)).toBe(true);
  expect(isOver(poll({ closes_at: 11 }), 10)).toBe(false);
});
