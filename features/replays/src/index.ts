export { createPostgresReplays } from './store/postgres-replays.ts';
