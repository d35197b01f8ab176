export { byOrder, collect, MessageCovers, MessageMarks, MessageParts, SlotsProvider, useSlots } from './context';
export { Layers, openLayer } from './layers';
export { actionsOn, actionsOnConversation, isAvailable, openActions } from './open-actions';
export type * from './types';
