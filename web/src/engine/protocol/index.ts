/** Words of the wire (docs/protocol.md), by their short names. The shapes are generated: `npm run codegen`. */
import type { components } from './rest.gen';

export type * from './frames';
export { parse_frame } from './frames';

type Schemas = components['schemas'];

export type User = Schemas['User'];
export type Me = Schemas['Me'];
export type Preferences = Schemas['Preferences'];
export type Session = Schemas['Session'];
export type Auth = Schemas['Auth'];
export type ServerInfo = Schemas['ServerInfo'];
export type Problem = Schemas['Problem'];

export type Conversation = Schemas['Conversation'];
export type Conversations = Schemas['Conversations'];
export type NewConversation = Schemas['NewConversation'];
export type My = Schemas['My'];
export type Member = Schemas['Member'];
export type Members = Schemas['Members'];
export type Role = Schemas['Role'];

export type Entry = Schemas['Entry'];
export type LogPage = Schemas['LogPage'];
export type Message = Schemas['Message'];
export type NewMessage = Schemas['NewMessage'];
export type ReadMark = Schemas['ReadMark'];
