/** The one place where features meet: what each pane of the shell shows. */
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
export { Timeline } from '@/features/timeline';
