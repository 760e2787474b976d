export { createPostgresEngineRows, type EngineRows } from './engine-rows.ts';
export { holdExecutorLock } from './executor-lock.ts';
export type { NewRun, Run, RunState } from './run.ts';
export { type BegunAttempt, createPostgresRunJournal } from './run-journal.ts';
export { createPostgresRunWaits } from './run-waits.ts';
export { createPostgresRuns, type RunFilter } from './runs.ts';
