import { lazy } from 'react';

export const ShortcutSheet = lazy(() => import('./sheet'));
