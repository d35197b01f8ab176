import { lazy } from 'react';

export const InfoPanel = lazy(() => import('./info-panel'));
