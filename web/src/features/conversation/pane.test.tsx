// @vitest-environment happy-dom
import { i18n } from '@lingui/core';
import { I18nProvider } from '@lingui/react';
import { act, render, screen } from '@testing-library/react';
import { beforeEach, expect, it, vi } from 'vitest';
import type { ConversationView } from '@/engine';
import { SessionProvider } from '@/features/session';
import { collect, SlotsProvider } from '@/features/slots';
import { messages } from '@/locales/en.po';
import { cell, conversationOf, fakeEngine, fakeGate } from '@/testing/fake-engine';
import { ConversationPane } from './pane';

beforeEach(() => i18n.loadAndActivate({ locale: 'en', messages }));

it('is not drawn again for what is typed and sent, but for all else', () => {
  const view = cell<ConversationView | undefined>(conversationOf());
  const engine = fakeEngine({ conversation: () => view, ready: cell(true) });
  const timeline = vi.fn(() => null);
  render(
    <I18nProvider i18n={i18n}>
      <SessionProvider engine={engine} gate={fakeGate()} onLeft={() => undefined}>
        <SlotsProvider slots={collect([])}>
          <ConversationPane id="10" infoOpen={false} onCloseInfo={() => undefined} Timeline={timeline} Composer={() => null} />
        </SlotsProvider>
      </SessionProvider>
    </I18nProvider>,
  );
  const drawn = timeline.mock.calls.length;
  const { my, settings } = view.get() ?? conversationOf();
  const next = (change: Partial<ConversationView>) => act(() => view.set(conversationOf({ my, settings, ...change })));
  next({ draft: 'h' });
  next({ pending: { conversation: '10', client_id: 'c', text: 'hi', at: 1, state: 'queued' } });
  next({});
  expect(timeline).toHaveBeenCalledTimes(drawn);
  next({ display_title: 'Dinner' });
  expect(screen.getByRole('main', { name: 'Dinner' })).toBeTruthy();
  next({ display_title: 'Dinner', description: 'x' } as Partial<ConversationView>);
  expect(timeline.mock.calls.length).toBeGreaterThan(drawn + 1);
});
