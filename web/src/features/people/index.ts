import { t } from '@lingui/core/macro';
import { lazy } from 'react';
import type { Feature } from '@/features/slots';
import { navigate } from '@/lib/navigation';
import { paths } from '@/lib/paths';

export const people: Feature = {
  screens: [{ id: 'new', Component: lazy(() => import('./new-chat')) }],
  shortcuts: [{ id: 'new_chat', order: 20, keys: 'Alt+KeyN', label: () => t`New chat`, run: () => navigate(paths.newChat()) }],
};
