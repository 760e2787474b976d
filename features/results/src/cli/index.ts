export { resultsCommand } from './results.ts';
