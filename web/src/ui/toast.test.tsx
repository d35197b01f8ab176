// @vitest-environment happy-dom
import { act, cleanup, render, screen, waitFor } from '@testing-library/react';
import { afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { ToastHost, toast, undoable } from './toast';

const commit = vi.fn();
const undo = vi.fn();

beforeAll(() => import('./toast-host'));
beforeEach(async () => {
  vi.clearAllMocks();
  render(<ToastHost closeLabel="Close" />);
  act(() => undoable({ text: 'Removed.', undoLabel: 'Undo', commit, undo }));
  // What draws it is loaded with the first.
  await screen.findByRole('button', { name: 'Undo', hidden: true });
});
afterEach(cleanup);

it('takes it back, and then nothing has happened', () => {
  act(() => screen.getByRole('button', { name: 'Undo', hidden: true }).click());
  window.dispatchEvent(new Event('pagehide'));
  expect(undo).toHaveBeenCalledOnce();
  expect(commit).not.toHaveBeenCalled();
});

it('is done once the toast is closed', () => {
  expect(commit).not.toHaveBeenCalled();
  act(() => screen.getByRole('button', { name: 'Close', hidden: true }).click());
  expect(commit).toHaveBeenCalledOnce();
  expect(undo).not.toHaveBeenCalled();
});

it('is done at the latest when the page goes, and only once', () => {
  window.dispatchEvent(new Event('pagehide'));
  act(() => screen.getByRole('button', { name: 'Close', hidden: true }).click());
  expect(commit).toHaveBeenCalledOnce();
});

it('goes when it is taken away, and never comes if that was before it could be shown', async () => {
  let [early, late] = [() => {}, () => {}];
  act(() => {
    early = toast({ text: 'Too late.' });
    early();
    late = toast({ text: 'In time.' });
  });
  await screen.findByText('In time.');
  expect(screen.queryByText('Too late.')).toBeNull();
  act(() => late());
  await waitFor(() => expect(screen.queryByText('In time.')).toBeNull());
});
