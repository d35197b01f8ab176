// @vitest-environment happy-dom
import { i18n } from '@lingui/core';
import { I18nProvider } from '@lingui/react';
import { cleanup, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { loadParser } from '@/lib/markdown';
import { ATTACKS, FLOODS } from '@/lib/markdown/hostile';
import { messages } from '@/locales/en.po';
import { cell, conversationOf, fakeEngine } from '@/testing/fake-engine';
import { MessageText } from './message-text';

beforeAll(loadParser);
beforeEach(() => i18n.loadAndActivate({ locale: 'en', messages }));
afterEach(cleanup);

const ALLOWED = 'p div span bdi strong em s code pre blockquote ul ol li a button svg path rect'.split(' ');
const PEOPLE = [
  { id: '1', username: 'alice', name: 'Alice' },
  { id: '2', username: 'bob.b', name: 'Bob <b>' },
];

function show(text: string, mentions?: string[]) {
  const engine = fakeEngine({
    conversation: (id) => cell(id === '10' ? conversationOf({ id }) : undefined),
    user: (id) => cell(PEOPLE.find((one) => one.id === id) as never),
  });
  return render(
    <I18nProvider i18n={i18n}>
      <MessageText engine={engine} text={text} mentions={mentions} end={<time>14:05</time>} />
    </I18nProvider>,
  ).container;
}

it.each([...ATTACKS, ...Object.values(FLOODS)].map((text) => [text.slice(0, 60), text]))(
  '%j makes no element but ours',
  (_, text) => {
    const container = show(text);
    for (const element of container.querySelectorAll('*:not(time)')) {
      expect(ALLOWED).toContain(element.localName);
      for (const { name } of element.attributes) expect(name).not.toMatch(/^(on|src|srcdoc|style$|formaction|xlink)/);
    }
    for (const link of container.querySelectorAll('a')) {
      expect(link.href).toMatch(/^(https?|mailto):/);
      expect(link.rel).toBe('noopener noreferrer nofollow');
    }
    expect(container.querySelector('time')).not.toBeNull();
  },
);

it('draws what Markdown says, and the time in the last line', () => {
  const container = show('# Plan\n1. **one**\n2. ~~two~~\n> quoted\n\n`x` and *so on*');
  expect(container.querySelector('h1')).toBeNull();
  expect(container.querySelector('ol')?.textContent).toBe('onetwo');
  expect(container.querySelector('blockquote')?.textContent).toBe('quoted');
  expect(container.querySelector('time')?.parentElement?.textContent).toBe('x and so on14:05');
});

it('marks those whom the message mentions, oneself more, and nobody else', () => {
  show('@alice and @Bob.b. not @carol, nor mail@alice', ['1', '2']);
  expect(screen.getByText('@alice').title).toBe('Alice');
  expect(screen.getByText('@alice').className).toContain('warn');
  expect(screen.getByText('@Bob.b').title).toBe('Bob <b>');
  expect(screen.getByText('@Bob.b').className).not.toContain('warn');
  expect(screen.queryByText('@carol')).toBeNull();
  cleanup();
  expect(show('@all @here', ['all']).querySelectorAll('bdi')).toHaveLength(1);
  cleanup();
  expect(show('@alice').querySelector('bdi')).toBeNull();
});

it('marks nobody within code', () => {
  expect(show('`@alice`', ['1']).querySelector('bdi')).toBeNull();
});

it('keeps a spoiler from eyes, ears and links until it is pressed, by mouse or keyboard', async () => {
  const person = userEvent.setup();
  show('it was ||the **butler**, https://example.org||');
  const cover = screen.getByRole('button', { name: 'Spoiler: show it' });
  expect(screen.queryByRole('link')).toBeNull();
  expect(cover.querySelector('[aria-hidden=true]')?.textContent).toBe('the butler, https://example.org');
  cover.focus();
  await person.keyboard('{Enter}');
  expect(screen.getByText('butler').localName).toBe('strong');
  expect(screen.getByRole('link')).toBeDefined();
  expect(document.activeElement?.textContent).toContain('butler');
});

it('links to conversations of this server stay within the client, by name where it is one’s own', () => {
  show(`${location.origin}/c/10 and ${location.origin}/c/99 and [there](${location.origin}/c/10?seq=7)`);
  const [own, strange, named] = screen.getAllByRole('link') as HTMLAnchorElement[];
  expect(own?.textContent).toBe('#Lunch');
  expect(own?.target).toBe('');
  expect(strange?.textContent).toBe(`${location.origin}/c/99`);
  expect(named?.textContent).toBe('there');
  expect(named?.getAttribute('href')).toBe('/c/10?seq=7');
});

it('copies code letter for letter and colours it', async () => {
  const person = userEvent.setup();
  const container = show('```js\nconst a = "<b>";\n\tb()\n```');
  await person.click(screen.getByRole('button', { name: 'Copy code' }));
  expect(await navigator.clipboard.readText()).toBe('const a = "<b>";\n\tb()');
  expect(await screen.findByText('const')).toBeDefined();
  expect(container.querySelector('pre')?.textContent).toBe('const a = "<b>";\n\tb()');
});
