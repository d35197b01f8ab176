/** What people write, as it is shown: Markdown, mentions, links within Parlor, large emoji. */
export { Inert } from './link';
export { MessageText } from './message-text';
