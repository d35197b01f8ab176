export { ConversationPane, type TimelineProps } from './pane';
