// @vitest-environment happy-dom
import { afterEach, expect, test, vi } from 'vitest';
import { play, unlockOnGesture } from './sounds';

afterEach(() => vi.unstubAllGlobals());

test('the sound card is reached for with the first sound after a touch, and no touch waits for it', async () => {
  const made: { state: string; resume: () => Promise<void> }[] = [];
  const started = vi.fn();
  class Context {
    state = 'suspended';
    currentTime = 0;
    destination = {};
    constructor() {
      made.push(this);
    }
    resume = vi.fn(async () => {
      this.state = 'running';
    });
  }
  class Node {
    gain = { linearRampToValueAtTime: () => undefined, exponentialRampToValueAtTime: () => undefined };
    connect = (next: unknown) => next;
    start = started;
    stop = () => undefined;
  }
  for (const [name, value] of Object.entries({ AudioContext: Context, OscillatorNode: Node, GainNode: Node }))
    vi.stubGlobal(name, value);
  const stop = unlockOnGesture();
  const press = () => window.dispatchEvent(new KeyboardEvent('keydown', { key: 'a' }));
  play('pop');
  press();
  expect(made).toEqual([]);
  play('pop');
  await vi.waitFor(() => expect(started).toHaveBeenCalledTimes(1));
  play('chime');
  expect(started).toHaveBeenCalledTimes(3);
  // The system took it away; a touch may bring it back.
  const [context] = made;
  if (context) context.state = 'suspended';
  press();
  expect(context?.resume).toHaveBeenCalledTimes(2);
  expect(made.length).toBe(1);
  stop();
});
