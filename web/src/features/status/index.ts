import { t } from '@lingui/core/macro';
import { lazy } from 'react';
import { type Feature, openLayer } from '@/features/slots';
import { PeerStatus } from './peer-status';

const StatusDialog = lazy(() => import('./status-dialog'));

export { useStatus } from './model';
export { OwnButton } from './own-button';

/** What one is up to, for others to see. */
export function chooseStatus(): void {
  openLayer(StatusDialog, {});
}

export const status: Feature = {
  rowMarks: [{ id: 'status', order: 20, when: ({ kind }) => kind === 'direct', Component: PeerStatus }],
  shortcuts: [{ id: 'status', order: 45, keys: 'Alt+KeyS', label: () => t`Set a status`, run: chooseStatus }],
};
