/** The signed-in session as React sees it: the engine, who one is, what conversations are called, what failures mean. */
export { SessionProvider, useEngine, useLimits, useServer, useSignOut } from './context';
export { ConversationAvatar } from './conversation-avatar';
export { type Told, tell, type Words } from './errors';
export { useConversation, useMe, useSettledConversation, useUser } from './hooks';
export { titleOf } from './names';
export { useSetPreferences } from './use-set-preferences';
