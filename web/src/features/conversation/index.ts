export { ConversationPane } from './pane';
