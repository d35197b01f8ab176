// @vitest-environment happy-dom
import { render } from '@testing-library/react';
import { expect, it } from 'vitest';
import type { Engine, Me, Preferences } from '@/engine';
import { cell, fakeEngine, fakeGate } from '@/testing/fake-engine';
import { SessionProvider, useSetPreferences } from '.';

type Set = ReturnType<typeof useSetPreferences>;

function Probe({ give }: { give: (set: Set) => void }) {
  give(useSetPreferences());
  return null;
}

it('two changes of one part in a moment keep both', async () => {
  const me = cell<Me>(fakeEngine({}).me.get());
  const answers: (() => void)[] = [];
  const update_me: Engine['update_me'] = ({ preferences }) =>
    new Promise((resolve) => {
      answers.push(() => {
        me.set({ ...me.get(), preferences: { ...me.get().preferences, ...preferences } as Preferences });
        resolve();
      });
    });
  let set: Set = () => undefined;
  render(
    <SessionProvider engine={fakeEngine({ me, update_me })} gate={fakeGate()} onLeft={() => undefined}>
      <Probe
        give={(found) => {
          set = found;
        }}
      />
    </SessionProvider>,
  );
  const part = (change: Partial<Preferences['notifications']>) =>
    set(({ notifications }) => ({ notifications: { ...notifications, ...change } }));
  part({ sound: 'none' });
  part({ toasts: false });
  for (let answered = 0; answered < 2; answered++) {
    await expect.poll(() => answers.length).toBe(answered + 1);
    answers[answered]?.();
  }
  await expect.poll(() => me.get().preferences.notifications).toMatchObject({ sound: 'none', toasts: false });
});
