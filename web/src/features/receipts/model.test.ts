import { describe, expect, test } from 'vitest';
import { reachOf } from './model';

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
