import { lazy } from 'react';
import type { Feature } from '@/features/slots';

export const debug: Feature = { screens: [{ id: 'debug', Component: lazy(() => import('./sync-page')) }] };
