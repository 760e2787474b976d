export { runsCommand } from './runs.ts';
