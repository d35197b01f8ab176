import 'fake-indexeddb/auto';
import { describe, expect, test } from 'vitest';
import type { Entry, ServerFrame } from '../protocol';
import { enter, home, leading, resume, texts } from '../testing/people';
import { gathered } from './intake';

describe('what comes between two frames', () => {
  test('is shown once, in order, and told to other tabs as one message', async () => {
    const { world, server, alice, bob, lunch, browser, tab } = home();
    const dinner = server.group('Dinner', bob, alice);
    const engine = await enter(tab, alice);
    const { engine: other } = await resume(browser);
    await world.until(() => other.connection.get().state === 'online');
    expect(await leading(engine)).toBe(true);
    const timelines = [engine, other].map((one) => one.open_timeline(lunch));
    await world.until(() => timelines.every((one) => texts(one).length === 1));
    await world.clock.advance(1_000);
    let [shown, lists, posts] = [0, 0, 0];
    timelines[0]?.subscribe(() => (shown += 1));
    engine.conversation(dinner).subscribe(() => (lists += 1));
    const channel = [...browser.channels].find((one) => one.tab !== tab);
    if (channel === undefined) throw new Error('there is no other tab');
    const { like } = channel;
    const hear = like.onmessage;
    like.onmessage = (message) => {
      posts += 1;
      hear?.(message);
    };
    const said = Array.from({ length: 30 }, (_, i) => `m${i}`);
    for (const text of said) {
      server.say(lunch, bob, text);
      server.say(dinner, bob, text);
    }
    await world.until(() => timelines.every((one) => texts(one).length === 31));
    expect(timelines.map(texts)).toEqual([
      ['created', ...said],
      ['created', ...said],
    ]);
    expect([engine, other].map((one) => one.conversation(dinner).get()?.unread)).toEqual([30, 30]);
    expect([shown, lists, posts]).toEqual([1, 1, 1]);
  });

  test('is there before a page that goes to the background may be stopped, and when the connection breaks', async () => {
    const { world, server, alice, bob, lunch, browser, tab } = home();
    const engine = await enter(tab, alice);
    const waits = (seq: number) => expect(engine.conversation(lunch).get()?.head_seq).toBe(seq - 1);
    const first = server.say(lunch, bob, 'one');
    await world.clock.advance(0);
    waits(first);
    tab.show(false);
    expect(engine.conversation(lunch).get()?.head_seq).toBe(first);
    const second = server.say(lunch, bob, 'two');
    await world.clock.advance(0);
    waits(second);
    browser.cut();
    await world.clock.advance(0);
    expect(engine.conversation(lunch).get()?.head_seq).toBe(second);
  });
});

const entry = (conversation: string, seq: number, what: object = { kind: 'message', message: { text: '' } }): ServerFrame => ({
  op: 'entry',
  entry: { conversation, seq, actor: '2', at: 0, ...what } as Entry,
});
const places = (frames: readonly ServerFrame[]) =>
  gathered(frames).map((frame) =>
    frame.op === 'entries' ? [frame.conversation, ...frame.entries.map(({ seq }) => seq)] : frame.op,
  );

describe('entries of a conversation', () => {
  test('become one frame, whatever is told of others meanwhile', () => {
    expect(places([entry('1', 5), entry('2', 1), entry('1', 6), entry('2', 2), entry('1', 7)])).toEqual([
      ['1', 5, 6, 7],
      ['2', 1, 2],
    ]);
  });

  test('stay apart where one is missing, where something else is told of it, and after what is no message', () => {
    const typing: ServerFrame = { op: 'typing', conversation: '1', user: '2', on: true };
    expect(places([entry('1', 5), entry('1', 7)])).toEqual([
      ['1', 5],
      ['1', 7],
    ]);
    expect(places([entry('1', 5), typing, entry('1', 6), entry('1', 7)])).toEqual([['1', 5], 'typing', ['1', 6, 7]]);
    const removed = entry('1', 6, { kind: 'removed', users: ['1'] });
    expect(places([entry('1', 5), removed, entry('1', 7)])).toEqual([
      ['1', 5, 6],
      ['1', 7],
    ]);
    const reacted = entry('1', 6, { kind: 'reacted', target: 5, emoji: '👍' });
    expect(places([entry('1', 5), reacted, entry('1', 7)])).toEqual([['1', 5, 6, 7]]);
  });
});
