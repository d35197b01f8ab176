import { lazy } from 'react';
import type { Feature } from '@/features/slots';

export const members: Feature = { panels: [{ id: 'info', Component: lazy(() => import('./info-panel')) }] };
