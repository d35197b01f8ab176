import { describe, expect, test } from 'vitest';
import type { Message } from '@/engine';
import { conversationOf, ME } from '@/testing/fake-engine';
import { calls, inQuietHours, isQuiet } from './quiet';

const NIGHT = { days: [1, 5], from: '22:00', to: '07:00' };
/** In the week of Monday, 5 January 2026. */
const at = (day: number, hour: number, minute = 0) => new Date(2026, 0, 4 + day, hour, minute).getTime();

test('quiet hours begin on their days and may end on the next', () => {
  for (const quiet of [at(1, 22), at(1, 23, 59), at(2, 0), at(2, 6, 59), at(5, 22), at(6, 6)]) {
    expect(inQuietHours(NIGHT, quiet)).toBe(true);
  }
  for (const loud of [at(1, 21, 59), at(2, 7), at(2, 22), at(1, 6), at(7, 6)]) expect(inQuietHours(NIGHT, loud)).toBe(false);
  const noon = { days: [7], from: '12:00', to: '13:00' };
  expect([at(7, 12), at(7, 12, 59), at(7, 13), at(6, 12)].map((time) => inQuietHours(noon, time))).toEqual([
    true,
    true,
    false,
    false,
  ]);
  expect(inQuietHours({ ...NIGHT, days: [7] }, at(8, 6))).toBe(true);
});

test('not before a time, and at quiet hours', () => {
  expect(isQuiet({ until: null, schedule: null }, at(1, 23))).toBe(false);
  expect(isQuiet({ until: at(1, 23) + 1, schedule: null }, at(1, 23))).toBe(true);
  expect(isQuiet({ until: at(1, 9), schedule: NIGHT }, at(1, 23))).toBe(true);
});

describe('what calls', () => {
  const message = (parts: Partial<Message> = {}): Message =>
    ({ conversation: '10', seq: 2, client_id: 'c', sender: '2', text: 'hi', at: 0, ...parts }) as Message;
  const my = conversationOf().my;
  const mention = message({ mentions: [ME.id] });

  test('every message, but none of one’s own and none that is gone', () => {
    expect(calls(conversationOf(), message(), ME, false)).toBe(true);
    expect(calls(conversationOf(), message({ sender: ME.id }), ME, false)).toBe(false);
    expect(calls(conversationOf(), message({ deleted: true }), ME, false)).toBe(false);
  });
  test('what is muted or not accepted calls nobody', () => {
    expect(calls(conversationOf({ muted: true }), mention, ME, true)).toBe(false);
    expect(calls(conversationOf({ my: { ...my, request: 'pending' } }), mention, ME, true)).toBe(false);
  });
  test('only what is meant for one, where one chose so or which is archived', () => {
    for (const chosen of [{ notify: 'mentions' as const }, { archived: true }]) {
      const conversation = conversationOf({ my: { ...my, ...chosen } });
      expect(calls(conversation, message(), ME, false)).toBe(false);
      expect(calls(conversation, message(), ME, true)).toBe(true);
      expect(calls(conversation, mention, ME, false)).toBe(true);
      for (const who of ['all', 'here']) expect(calls(conversation, message({ mentions: [who] }), ME, false)).toBe(true);
    }
  });
});
