export { byOrder, collect, MessageMarks, MessageParts, SlotsProvider, useSlots } from './context';
export { Layers, openLayer } from './layers';
export type * from './types';
