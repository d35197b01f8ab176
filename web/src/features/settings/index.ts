import { lazy } from 'react';
import type { Feature } from '@/features/slots';

export { Section } from './section';

export const settings: Feature = { screens: [{ id: 'settings', Component: lazy(() => import('./settings')) }] };
