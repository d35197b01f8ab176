// @vitest-environment happy-dom
import { i18n } from '@lingui/core';
import { I18nProvider } from '@lingui/react';
import { cleanup, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { EngineError, type Gate, LIMITS, type ServerInfo } from '@/engine';
import { messages } from '@/locales/en.po';
import { fakeEngine, fakeGate } from '@/testing/fake-engine';
import Auth from './auth';

const SERVER: ServerInfo = {
  name: 'Home',
  version: '0',
  first_run: false,
  signup: 'open',
  limits: { ...LIMITS, password_chars_min: 10 },
};

beforeEach(() => i18n.loadAndActivate({ locale: 'en', messages }));
afterEach(cleanup);

function show(parts: Partial<Gate>, at: string) {
  window.history.replaceState(null, '', at);
  const onSignedIn = vi.fn();
  render(
    <I18nProvider i18n={i18n}>
      <Auth gate={fakeGate({ server: async () => SERVER, ...parts })} onSignedIn={onSignedIn} />
    </I18nProvider>,
  );
  return { onSignedIn, person: userEvent.setup() };
}

it('leads a fresh server to the sign-up of its owner', async () => {
  show({ server: async () => ({ ...SERVER, first_run: true }) }, '/');
  expect(await screen.findByRole('heading', { name: 'Make this server yours' })).toBeDefined();
  expect(screen.queryByText('Sign in')).toBeNull();
  await waitFor(() => expect(location.pathname).toBe('/signup'));
});

it('shows a refusal at the field the server names, focuses it, and keeps what was typed', async () => {
  const signup = vi.fn(() => Promise.reject(new EngineError('conflict', 'Taken.', 'email')));
  const { person, onSignedIn } = show({ signup }, '/signup');
  await person.type(await screen.findByLabelText('Your name'), ' Alice ');
  await person.type(screen.getByLabelText('E-mail'), 'alice@example.org');
  await person.type(screen.getByLabelText('Password'), 'three plain words');
  await person.click(screen.getByRole('button', { name: 'Create account' }));

  expect(await screen.findByText('There is an account with this e-mail address already.')).toBeDefined();
  expect(signup).toHaveBeenCalledWith({ name: 'Alice', email: 'alice@example.org', password: 'three plain words' });
  const email = screen.getByLabelText('E-mail');
  expect(document.activeElement).toBe(email);
  expect(email.getAttribute('aria-invalid')).toBe('true');
  expect((screen.getByLabelText('Password') as HTMLInputElement).value).toBe('three plain words');
  expect(onSignedIn).not.toHaveBeenCalled();

  await person.type(email, 'x');
  expect(screen.queryByText('There is an account with this e-mail address already.')).toBeNull();
});

it('refuses a short password before it asks the server', async () => {
  const signup = vi.fn();
  const { person } = show({ signup }, '/signup');
  await person.type(await screen.findByLabelText('Your name'), 'Alice');
  await person.type(screen.getByLabelText('E-mail'), 'alice@example.org');
  await person.type(screen.getByLabelText('Password'), 'short{Enter}');
  expect(await screen.findByText('Use at least 10 characters.')).toBeDefined();
  expect(signup).not.toHaveBeenCalled();
});

it('signs in once, however often Enter is pressed', async () => {
  let answer: (engine: ReturnType<typeof fakeEngine>) => void = () => undefined;
  const login = vi.fn(() => new Promise<ReturnType<typeof fakeEngine>>((resolve) => (answer = resolve)));
  const { person, onSignedIn } = show({ login }, '/login');
  await person.type(await screen.findByLabelText('E-mail or username'), 'alice');
  await person.type(screen.getByLabelText('Password'), 'secret{Enter}{Enter}');
  expect(login).toHaveBeenCalledTimes(1);
  answer(fakeEngine());
  await waitFor(() => expect(onSignedIn).toHaveBeenCalledTimes(1));
  expect(location.pathname).toBe('/');
});

it('tells when the server cannot be reached', async () => {
  const login = () => Promise.reject(new EngineError('offline', 'fetch failed'));
  const { person } = show({ login }, '/login');
  await person.type(await screen.findByLabelText('E-mail or username'), 'alice');
  await person.type(screen.getByLabelText('Password'), 'secret{Enter}');
  expect((await screen.findByRole('alert')).textContent).toContain('cannot be reached');
});
