export { Around, AvatarMarks, collect, MessageCovers, MessageMarks, MessageParts, SlotsProvider, useSlots } from './context';
export { Layers, openLayer } from './layers';
export { actionsOfComposer, actionsOn, actionsOnConversation, isAvailable, openActions } from './open-actions';
export { byOrder } from './order';
export type * from './types';
export { useHides } from './use-hides';
