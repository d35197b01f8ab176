// @vitest-environment happy-dom
import { act, renderHook } from '@testing-library/react';
import type { ReactNode } from 'react';
import { expect, test, vi } from 'vitest';
import type { ConversationView, Message } from '@/engine';
import { SessionProvider } from '@/features/session';
import { cell, conversationOf, fakeEngine, fakeGate } from '@/testing/fake-engine';
import { useMembers } from './use-members';

const said = { seq: 1, text: 'm' } as Message;

test('members are read again after an event, also when a message came before anybody looked', async () => {
  const view = cell<ConversationView | undefined>(conversationOf({ head_seq: 1, last_message: said }));
  const members = vi.fn(async () => []);
  const engine = fakeEngine({ conversation: () => view, members });
  const wrapper = ({ children }: { children: ReactNode }) => (
    <SessionProvider engine={engine} gate={fakeGate()} onLeft={() => undefined}>
      {children}
    </SessionProvider>
  );
  await act(async () => {
    renderHook(() => useMembers(conversationOf()), { wrapper });
  });
  expect(members).toHaveBeenCalledTimes(1);
  await act(async () => view.set(conversationOf({ head_seq: 2, last_message: { ...said, seq: 2 } })));
  expect(members).toHaveBeenCalledTimes(1);
  await act(async () => {
    view.set(conversationOf({ head_seq: 3, last_message: { ...said, seq: 2 } }));
    view.set(conversationOf({ head_seq: 4, last_message: { ...said, seq: 4 } }));
  });
  expect(members).toHaveBeenCalledTimes(2);
});
