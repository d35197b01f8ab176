/**
 * The one place where features meet. A line names what a feature contributes (`Feature` in features/slots/types.ts says
 * what that may be); the order on the screen is theirs to say, not this file's.
 */
export { contacts } from '@/features/contacts';
export { copying } from '@/features/copying';
export { debug } from '@/features/debug';
export { deletes } from '@/features/deletes';
export { disappearing } from '@/features/disappearing';
export { edits } from '@/features/edits';
export { emoji } from '@/features/emoji';
export { forward } from '@/features/forward';
export { later } from '@/features/later';
export { links } from '@/features/links';
export { members } from '@/features/members';
export { notifications } from '@/features/notifications';
export { people } from '@/features/people';
export { pins } from '@/features/pins';
export { polls } from '@/features/polls';
export { presence } from '@/features/presence';
export { reactions } from '@/features/reactions';
export { receipts } from '@/features/receipts';
export { replies } from '@/features/replies';
export { settings } from '@/features/settings';
export { shortcuts } from '@/features/shortcuts';
export { sidebar } from '@/features/sidebar';
export { standing } from '@/features/standing';
export { status } from '@/features/status';
export { switcher } from '@/features/switcher';
export { threads } from '@/features/threads';
export { timeline } from '@/features/timeline';
