import { type Approval, createPostgresApprovals } from '@gemini-events/approvals';
import { BridgeError } from '@gemini-events/events';
import { createPostgresLaunches, type Launch } from '@gemini-events/launches';
import type { PostgresPool } from '@gemini-events/postgres';
import type { Run, StepAttempt } from '../store/run.ts';
import { createPostgresRunJournal } from '../store/run-journal.ts';
import { createPostgresRuns } from '../store/runs.ts';

/** An attempt at a step, as the end of its process left it. */
export interface ShownAttempt extends StepAttempt {
  /** Its process ended in it: nobody knows how far it came. */
  readonly isCutOff: boolean;
}

/** All that is known of a run; lists are in the order of time. */
export interface RunStory {
  readonly run: Run;
  readonly attempts: readonly ShownAttempt[];
  /** Whether there are more attempts than are shown: then these are the first. */
  readonly isCut: boolean;
  /** Paid calls that it made. */
  readonly calls: readonly Launch[];
  readonly approvals: readonly Approval[];
}

/** A run that follows a job for days has some hundred. */
const MOST_ATTEMPTS = 2_000;
const MOST_CALLS = 1_000;

/** @throws BridgeError ERR_RUN_UNKNOWN; those of Postgres */
export async function readRunStory(
  pool: Pick<PostgresPool, 'query' | 'transaction'>,
  runId: string,
): Promise<RunStory> {
  const run = await findRun(createPostgresRuns(pool), runId);
  const attempts = await createPostgresRunJournal(pool).of(runId, MOST_ATTEMPTS + 1);
  const calls = await createPostgresLaunches(pool).list({ runId, limit: MOST_CALLS });
  const approvals = await createPostgresApprovals(pool).list({ runId, limit: MOST_CALLS });
  return {
    run,
    attempts: markCutOff(run, attempts.slice(0, MOST_ATTEMPTS)),
    isCut: attempts.length > MOST_ATTEMPTS,
    calls: calls.toReversed(),
    approvals: approvals.toReversed(),
  };
}

/** @throws BridgeError ERR_RUN_UNKNOWN */
export async function findRun(
  runs: { readonly find: (id: string) => Promise<Run | null> },
  id: string,
): Promise<Run> {
  const run = await runs.find(id);
  if (run !== null) return run;
  throw new BridgeError('ERR_RUN_UNKNOWN', `there is no run ${id}`);
}

/** An attempt that still `running` is of a run that has ended, or was begun anew, was cut off. */
export function markCutOff(
  { state }: Pick<Run, 'state'>,
  attempts: readonly StepAttempt[],
): readonly ShownAttempt[] {
  const isUnderWay = state === 'running' || state === 'waiting';
  const newest = new Map<number, number>();
  for (const { step, attempt } of attempts) {
    newest.set(step, Math.max(attempt, newest.get(step) ?? 0));
  }
  return attempts.map((each) => ({
    ...each,
    isCutOff: each.state === 'running' && (!isUnderWay || each.attempt !== newest.get(each.step)),
  }));
}
