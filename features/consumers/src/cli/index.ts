export { consumersCommand } from './consumers.ts';
