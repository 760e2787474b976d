export { createPostgresPauses } from './pauses/postgres-pauses.ts';
