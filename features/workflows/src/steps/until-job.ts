import { BridgeError, isBridgeError } from '@gemini-events/events';
import type { Attempt, WaitOptions } from '../definition/run-context.ts';
import { QUIET } from '../engine/durable.ts';
import type { RunSteps } from '../engine/run-parts.ts';

/** The topic under which a run is told of events of a job. */
export const jobTopic = (resourceId: string): string => `job/${resourceId}`;

const WITHIN_MS = 48 * 3_600_000;

/**
 * Waits until a job is over by its own word. Its event only wakes: one that comes late, twice, or not at
 * all changes nothing but when the job is looked at (contract notes, hazards 7 and 8).
 *
 * Nothing is missed in between: the run is written down as waiting before its first look, so an event
 * that comes before is seen by that look, as Gemini sends it after the change, and one that comes later
 * finds the run and leaves a message for it.
 *
 * @throws BridgeError ERR_JOB_OVERDUE
 */
export async function untilJob<State>(
  { durable, parts }: RunSteps,
  id: string,
  how: {
    readonly read: (signal: AbortSignal) => Promise<State>;
    readonly isOver: (state: State) => boolean;
  },
  { withinMs = WITHIN_MS, lookEveryMs = parts.settings.lookEveryMs }: WaitOptions = {},
): Promise<State> {
  const { runId } = durable;
  /** Also with each look: a run that has failed in between waits for nothing any more. */
  const begin = async (): Promise<void> => {
    await parts.waits.add(id, runId);
    await parts.runs.waitsFor(runId, `job ${id}`);
  };
  const end = async (): Promise<void> => {
    await parts.waits.remove(id, runId);
    await parts.runs.waitsFor(runId, null);
  };
  const redrives = async (): Promise<number> => (await parts.runs.find(runId))?.redrives ?? 0;

  // Times are kept with what was done then: a step of its own for each would cost as much as the look.
  let { known, until } = await durable.step(
    `wait for ${id}`,
    async () => {
      await begin();
      return { known: await redrives(), until: Date.now() + withinMs };
    },
    QUIET,
  );
  for (let waitMs = lookEveryMs.first; ; waitMs = Math.min(2 * waitMs, lookEveryMs.longest)) {
    const look = async ({ signal }: Attempt) => {
      await begin();
      const state = await how.read(signal);
      if (how.isOver(state)) await end();
      return { state, at: Date.now() };
    };
    const { state, at } = await durable.step(`look at ${id}`, look, {
      isRetried: isPassing,
      attempts: 8,
    });
    if (how.isOver(state)) return state;
    const left = until - at;
    if (left > 0) {
      await durable.receive(jobTopic(id), Math.min(waitMs, left));
      continue;
    }
    // A step that fails, so that a redrive begins with it: it waits once more.
    const since = known;
    const giveUp = async () => {
      const now = await redrives();
      if (now > since) return { known: now, until: Date.now() + withinMs };
      await end();
      throw new BridgeError('ERR_JOB_OVERDUE', `${id} has not ended within ${withinMs} ms`);
    };
    ({ known, until } = await durable.step(`overdue ${id}`, giveUp, { attempts: 1 }));
    waitMs = lookEveryMs.first;
  }
}

/** Whether the same question may be answered later. */
export function isPassing(error: unknown): boolean {
  return !isBridgeError(
    error,
    'ERR_GEMINI_NOT_FOUND',
    'ERR_GEMINI_PERMISSION',
    'ERR_GEMINI_REFUSED',
    'ERR_RESULT_POINTER',
    'ERR_HTTP_REFUSED',
  );
}
