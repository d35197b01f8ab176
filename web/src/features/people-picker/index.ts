/** Finding people and choosing among them. No feature of its own, so that only what opens a list of people fetches it. */
export { PeoplePicker } from './people-picker';
export { Person } from './person';
