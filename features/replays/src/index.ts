export { createMatch, type MatchEvent } from './operations/match-event.ts';
export { labelsFrom, membersOf } from './operations/start-replay.ts';
export { createPostgresReplays } from './store/postgres-replays.ts';
