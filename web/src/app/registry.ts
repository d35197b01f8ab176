/** The one place where features meet: what each pane of the shell shows. */
import { type ComponentType, lazy } from 'react';
import type { TimelineProps } from '@/features/conversation';

const made = import.meta.glob<{ Timeline: ComponentType<TimelineProps> }>('../features/timeline/index.ts');
const load = made['../features/timeline/index.ts'];

export const Timeline = lazy(async () => ({ default: load ? (await load()).Timeline : () => null }));
export { Composer } from '@/features/composer';
export { ConnectionBar } from '@/features/connection';
export { ConversationPane } from '@/features/conversation';
export { SyncPage } from '@/features/debug';
export { InfoPanel } from '@/features/members';
export { NewChat } from '@/features/people';
export { Settings } from '@/features/settings';
export { ShortcutSheet } from '@/features/shortcuts';
export { neighbour, Sidebar } from '@/features/sidebar';
export { Switcher } from '@/features/switcher';
