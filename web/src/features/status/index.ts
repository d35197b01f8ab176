import { t } from '@lingui/core/macro';
import { lazy } from 'react';
import { type Feature, openLayer } from '@/features/slots';
import { PeerStatus } from './peer-status';

const StatusDialog = lazy(() => import('./status-dialog'));

export { StatusButton } from './status-button';

/** What one is up to, for others to see. */
export function chooseStatus(): void {
  openLayer(StatusDialog, {});
}

export const status: Feature = {
  rowMarks: [{ id: 'status', order: 20, when: ({ peer }) => peer?.status?.emoji != null, Component: PeerStatus }],
  shortcuts: [{ id: 'status', order: 45, keys: 'Alt+KeyS', label: () => t`Set a status`, run: chooseStatus }],
};
