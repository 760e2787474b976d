import { setTimeout as delay } from 'node:timers/promises';
import { BridgeError } from '@gemini-events/events';
import type { Runs } from '../store/runs.ts';

/** A step that is cut off by the cancel ends first. */
const SETTLES_MS = 5_000;
const LOOK_EVERY_MS = 50;

/** A step that has ended, as the engine keeps it. */
export interface EngineStep {
  readonly functionID: number;
  readonly name: string;
  readonly output: unknown;
  readonly error: unknown;
}

/** What of the engine moves runs; its client and its process both have it. */
export interface RunMover {
  listWorkflowSteps(id: string): Promise<readonly EngineStep[] | undefined>;
  /** Its status at the engine; null: it does not know it. */
  statusOf(id: string): Promise<string | null>;
  rewindWorkflow(id: string, options: { readonly startStep: number }): Promise<unknown>;
  resumeWorkflow(id: string): Promise<unknown>;
  cancelWorkflow(id: string): Promise<void>;
}

/**
 * Begins a failed run again from the step that failed: what was done before stays done. A cancelled one
 * goes on where it was.
 * @throws BridgeError ERR_RUN_UNKNOWN, ERR_RUN_STATE
 */
export async function redriveRun(
  mover: RunMover,
  runs: Pick<Runs, 'find' | 'reopen'>,
  id: string,
): Promise<void> {
  const run = await runs.find(id);
  if (run === null) throw new BridgeError('ERR_RUN_UNKNOWN', `there is no run ${id}`);
  const { state } = run;
  if (state !== 'failed' && state !== 'cancelled') {
    throw new BridgeError('ERR_RUN_STATE', `run ${id} is ${state}: only what failed is redriven`);
  }
  await untilEnded(mover, id);
  const startStep =
    state === 'failed' ? firstToRepeat((await mover.listWorkflowSteps(id)) ?? []) : 0;
  // First the row: the engine may end the run before we come back, and its end has to count. A crash in
  // between leaves a run that looks as if it ran; the engine's round of checks sets it right.
  if (!(await runs.reopen(id))) {
    throw new BridgeError('ERR_RUN_STATE', `run ${id} was redriven by somebody else`);
  }
  if (state === 'failed') await mover.rewindWorkflow(id, { startStep });
  else await mover.resumeWorkflow(id);
}

/** Our row is written before the engine's own: for a moment a run has not yet ended there. */
async function untilEnded(mover: Pick<RunMover, 'statusOf'>, id: string): Promise<void> {
  const until = performance.now() + SETTLES_MS;
  for (;;) {
    const status = await mover.statusOf(id);
    if (status !== 'PENDING' && status !== 'ENQUEUED') return;
    if (performance.now() > until) {
      throw new BridgeError('ERR_POSTGRES_UNAVAILABLE', `run ${id} has not ended at the engine`);
    }
    await delay(LOOK_EVERY_MS);
  }
}

/**
 * The step that made the run fail, as its end says. Others that failed before were dealt with, and what was
 * done since rests on that. Where the workflow itself threw: the step that failed right before, or else none,
 * so that its code is called again with all that was done. A run that was given up without a word goes on
 * where it was.
 */
export function firstToRepeat(steps: readonly EngineStep[]): number {
  const inOrder = steps.toSorted((a, b) => a.functionID - b.functionID);
  const at = inOrder.findLastIndex(({ name }) => name === 'bury');
  const end = inOrder[at];
  if (end === undefined) return (inOrder.at(-1)?.functionID ?? -1) + 1;
  if (typeof end.output === 'number') return end.output;
  const before = inOrder[at - 1];
  return before !== undefined && hasFailed(before) ? before.functionID : end.functionID;
}

const hasFailed = ({ error }: EngineStep): boolean => error !== null && error !== undefined;

/**
 * Cancels a run: nothing further of it is begun. What it has launched goes on at Gemini.
 * @throws BridgeError ERR_RUN_UNKNOWN, ERR_RUN_STATE
 */
export async function cancelRun(
  mover: Pick<RunMover, 'cancelWorkflow'>,
  runs: Pick<Runs, 'find' | 'end'>,
  id: string,
): Promise<void> {
  const run = await runs.find(id);
  if (run === null) throw new BridgeError('ERR_RUN_UNKNOWN', `there is no run ${id}`);
  if (run.state !== 'running' && run.state !== 'waiting') {
    throw new BridgeError('ERR_RUN_STATE', `run ${id} is ${run.state} already`);
  }
  await mover.cancelWorkflow(id);
  await runs.end(id, { state: 'cancelled' });
}
