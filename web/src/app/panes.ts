/** What each pane of the shell shows. */
export { Composer } from '@/features/composer';
export { ConnectionBar } from '@/features/connection';
export { ConversationPane } from '@/features/conversation';
export { useShortcuts } from '@/features/shortcuts';
export { Sidebar } from '@/features/sidebar';
export { openSwitcher } from '@/features/switcher';
export { Timeline } from '@/features/timeline';
