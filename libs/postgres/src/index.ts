export {
  APPROVAL_STATES,
  type Approval,
  type ApprovalLogEntry,
  type ApprovalLogLine,
  type ApprovalState,
  type Choice,
  type DecisionAnswer,
  type DecisionWay,
  type NewApproval,
  type NewDecision,
} from './approvals/approval.ts';
export {
  type ApprovalFilter,
  type Approvals,
  createPostgresApprovals,
} from './approvals/approvals.ts';
export { judgeDecision, type Verdict } from './approvals/judge-decision.ts';
export {
  createPostgresDecisions,
  type Decision,
  type Decisions,
  type LetterPlace,
} from './dead-letters/postgres-decisions.ts';
export { type ExecutorLock, holdExecutorLock } from './executors/executor-lock.ts';
export type { Claim, ClaimRequest, Inbox, InboxKey, Lease, Settlement } from './inbox/inbox.ts';
export { createMemoryInbox } from './inbox/memory-inbox.ts';
export { createPostgresInbox } from './inbox/postgres-inbox.ts';
export { type JobLabels, labelsOfJobs } from './launches/job-labels.ts';
export {
  type Begun,
  LAUNCH_KINDS,
  LAUNCH_STATES,
  type Launch,
  type LaunchError,
  type Launches,
  type LaunchFilter,
  type LaunchKind,
  type LaunchState,
  type NewLaunch,
} from './launches/launches.ts';
export { createMemoryLaunches } from './launches/memory-launches.ts';
export { createPostgresLaunches } from './launches/postgres-launches.ts';
export { type MigrationStatus, migrate, migrationStatus } from './migrations/migrate.ts';
export {
  AGENT_SCOPES,
  type ApiToken,
  type ApiTokens,
  CUSTOMER_SCOPES,
  createPostgresApiTokens,
  idOfToken,
  isOperatorScope,
  type NewApiToken,
  OPERATOR_SCOPES,
  TOKEN_SCOPES,
  type TokenScope,
} from './notifier/api-tokens.ts';
export {
  createPostgresDeliveryLog,
  DELIVERY_STATES,
  type Delivery,
  type DeliveryAttempt,
  type DeliveryLog,
  type DeliveryState,
  MOST_QUEUED,
  type Queued,
  TRIGGERS,
} from './notifier/delivery-log.ts';
export {
  type ClaimedDelivery,
  createPostgresDeliveryQueue,
  type DeliveryQueue,
  type LaneState,
  type SealedSecret,
  type SettledAttempt,
  type SettledLane,
} from './notifier/delivery-queue.ts';
export {
  createPostgresEndpointSecrets,
  type EndpointSecrets,
  MOST_SECRETS,
} from './notifier/endpoint-secrets.ts';
export {
  createPostgresEndpoints,
  type DisabledReason,
  type Endpoint,
  type EndpointPlace,
  type EndpointSettings,
  type EndpointState,
  type Endpoints,
  MOST_ENDPOINTS,
  type NewEndpoint,
} from './notifier/endpoints.ts';
export { pruneNotifications, type QueueDepth, queueDepth } from './notifier/housekeeping.ts';
export {
  createPostgresOutbox,
  type NewMessage,
  type Outbox,
  type PairStep,
} from './notifier/outbox.ts';
export type { EndpointSecret, NewStoredSecret } from './notifier/secret-sql.ts';
export {
  createPostgresRules,
  type StoredRule,
  type StoredRules,
} from './notifier/stored-rules.ts';
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
export { createPostgresEngineRows, type EngineRows } from './runs/engine-rows.ts';
export {
  type NewRun,
  RUN_STATES,
  type Run,
  type RunEnd,
  type RunState,
  type StepAttempt,
} from './runs/run.ts';
export {
  type BegunAttempt,
  createPostgresRunJournal,
  type RunJournal,
} from './runs/run-journal.ts';
export { createPostgresRunWaits, type RunWaits } from './runs/run-waits.ts';
export { createPostgresRuns, type RunFilter, type Runs } from './runs/runs.ts';
export { withServerSetting } from './server-setting.ts';
