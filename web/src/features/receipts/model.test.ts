import { describe, expect, test } from 'vitest';
import { reachOf, readersOf } from './model';

const marks = (delivered_seq: number, read_seq: number) => ({ delivered_seq, read_seq });

describe('how far a message is', () => {
  test.each([
    ['sent', []],
    ['sent', [marks(4, 4)]],
    ['delivered', [marks(5, 4)]],
    ['read', [marks(5, 5)]],
    ['read', [marks(9, 9), marks(5, 5)]],
    ['delivered', [marks(9, 9), marks(5, 1)]],
    ['delivered', [marks(5, 1), marks(9, 9)]],
    ['sent', [marks(9, 9), marks(4, 1)]],
  ] as const)('%s', (reach, others) => expect(reachOf(5, others)).toBe(reach));
});

test('a face stands under the newest message that was read, and never under what one said oneself', () => {
  const others = new Map([
    ['ann', marks(9, 4)],
    ['bob', marks(9, 6)],
    ['cem', marks(9, 7)],
    ['dee', marks(9, 0)],
  ]);
  expect(readersOf(5, 6, 'ann', others)).toEqual(['bob']);
  expect(readersOf(4, 4, 'ann', others)).toEqual([]);
  expect(readersOf(7, Number.POSITIVE_INFINITY, 'bob', others)).toEqual(['cem']);
});
