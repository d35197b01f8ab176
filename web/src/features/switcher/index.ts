import { lazy } from 'react';

export const Switcher = lazy(() => import('./switcher'));
