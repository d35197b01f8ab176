export { isLoneEmoji } from './lone';
