import { lazy } from 'react';

export const NewChat = lazy(() => import('./new-chat'));
export { PeoplePicker } from './people-picker';
export { Person } from './person';
