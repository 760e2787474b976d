export { sizeText } from './render.ts';
export { resultsCommand } from './results.ts';
