export { neighbour } from './model';
export { Sidebar } from './sidebar';
