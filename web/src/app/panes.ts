import { lazy } from 'react';

/** What each pane of the shell shows. */
export { ConnectionBar } from '@/features/connection';
export { ConversationPane } from '@/features/conversation';
export { useShortcuts } from '@/features/shortcuts';
export { Sidebar } from '@/features/sidebar';
export { openSwitcher } from '@/features/switcher';
export { Timeline } from '@/features/timeline';

/** The list is there before anybody writes. */
export const Composer = lazy(() => import('@/features/composer').then(({ Composer }) => ({ default: Composer })));
