import { lazy } from 'react';

export const SyncPage = lazy(() => import('./sync-page'));
