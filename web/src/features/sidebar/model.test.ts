import { describe, expect, it } from 'vitest';
import { cell, conversationOf, fakeEngine } from '@/testing/fake-engine';
import { neighbour } from './model';

const engine = fakeEngine({
  conversations: cell<readonly string[]>(['a', 'b', 'c', 'd']),
  conversation: (id) => cell(conversationOf({ id, unread: id === 'a' || id === 'd' ? 1 : 0 })),
});

describe('walking through the list', () => {
  it('goes one line up or down and stops at the ends', () => {
    expect(neighbour(engine, 'b', 1)).toBe('c');
    expect(neighbour(engine, 'b', -1)).toBe('a');
    expect(neighbour(engine, 'd', 1)).toBeUndefined();
    expect(neighbour(engine, 'a', -1)).toBeUndefined();
  });

  it('begins at an end when nothing is open', () => {
    expect(neighbour(engine, undefined, 1)).toBe('a');
    expect(neighbour(engine, undefined, -1)).toBe('d');
  });

  it('skips to the next unread', () => {
    expect(neighbour(engine, 'b', 1, true)).toBe('d');
    expect(neighbour(engine, 'c', -1, true)).toBe('a');
    expect(neighbour(engine, 'd', 1, true)).toBeUndefined();
  });
});
