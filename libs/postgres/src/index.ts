export {
  createPostgresDecisions,
  type Decision,
  type Decisions,
  type LetterPlace,
} from './dead-letters/postgres-decisions.ts';
export type { Claim, ClaimRequest, Inbox, InboxKey, Lease, Settlement } from './inbox/inbox.ts';
export { createMemoryInbox } from './inbox/memory-inbox.ts';
export { createPostgresInbox } from './inbox/postgres-inbox.ts';
export { type MigrationStatus, migrate, migrationStatus } from './migrations/migrate.ts';
export { createMemoryParking } from './parking/memory-parking.ts';
export type {
  Failure,
  NewParked,
  ParkableRecord,
  Parked,
  Parking,
  Postponement,
} from './parking/parking.ts';
export { createPostgresParking } from './parking/postgres-parking.ts';
export type { Pause, Pauses } from './pauses/pauses.ts';
export { createPostgresPauses } from './pauses/postgres-pauses.ts';
export { createPool, type PoolOptions, type PostgresPool, type Transaction } from './pool.ts';
export { eventsByLane, MOST_EVENTS } from './read-model/events-by-lane.ts';
export {
  createReadModel,
  type ReadModel,
  type SyncPlace,
  type SyncStep,
} from './read-model/read-model.ts';
export { readStory, type Story } from './read-model/story.ts';
export { type RowOf, type Rows, TABLES, type TableName } from './read-model/tables.ts';
export {
  createPostgresReplays,
  type NewReplay,
  type Replay,
  type ReplayState,
  type Replays,
} from './replays/postgres-replays.ts';
