export { readModelCommand } from './read-model.ts';
export { showCommand } from './show.ts';
