import { readWhole } from '@gemini-events/http';
import { type BatchJob, readBatchJob } from '../jobs/batch-job.ts';
import { namePath, resourceName } from '../names/resource-name.ts';
import { unreadable } from './api-error.ts';
import type { Calls } from './calls.ts';
import { readWithoutResponses } from './read-without-responses.ts';

/** Of an interaction. What is longer holds whole films: the results consumer streams those. */
const MAX_BYTES = 32 * 1024 * 1024;

export async function getInteraction(
  calls: Calls,
  id: string,
  signal: AbortSignal,
): Promise<unknown> {
  const name = resourceName('interactions', id);
  const answer = await calls.succeed(requestOf(calls, name, signal));
  const bytes = await readWhole(answer, MAX_BYTES);
  try {
    return JSON.parse(bytes.toString());
  } catch (cause) {
    throw unreadable(name, cause);
  }
}

export async function getBatch(calls: Calls, id: string, signal: AbortSignal): Promise<BatchJob> {
  const name = resourceName('batches', id);
  const answer = await calls.succeed(requestOf(calls, name, signal));
  return readBatchJob(await readWithoutResponses(answer, name));
}

function requestOf({ baseUrl, version, credentials }: Calls, name: string, signal: AbortSignal) {
  return { url: `${baseUrl}/${version}/${namePath(name)}`, credentials: credentials(), signal };
}
