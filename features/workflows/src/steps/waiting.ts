import { QUIET } from '../engine/durable.ts';
import type { RunSteps } from '../engine/run-parts.ts';

/** Shows of a run what it waits for, while it does. */
export async function waiting<Result>(
  { durable, parts }: RunSteps,
  what: string,
  wait: () => Promise<Result>,
): Promise<Result> {
  const { runId } = durable;
  await durable.step(`wait for ${what}`, () => parts.runs.waitsFor(runId, what), QUIET);
  const result = await wait();
  await durable.step(`waited for ${what}`, () => parts.runs.waitsFor(runId, null), QUIET);
  return result;
}
