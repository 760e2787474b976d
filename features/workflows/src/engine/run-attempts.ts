import { setTimeout as delay } from 'node:timers/promises';
import { BridgeError } from '@gemini-events/events';
import type { Attempt, StepOptions } from '../definition/run-context.ts';
import type { RunJournal } from '../store/run-journal.ts';
import { cleanText, describeValue } from './describe.ts';
import { failureOf } from './step-failure.ts';

const ATTEMPTS = 4;
const WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;
const TIMEOUT_MS = 60_000;
/** A step in which the process ended so often is taken to be what ends it. */
const MOST_CUT_OFF = 10;

export interface StepPlace {
  readonly runId: string;
  readonly step: number;
  readonly name: string;
  readonly instance: string;
}

/**
 * Tries a step until it succeeds, has failed as often as it may, or is not worth another attempt. Each
 * attempt is written down before it begins.
 * @throws what the last attempt threw; BridgeError ERR_STEP_CRASHED, ERR_STEP_TIMEOUT
 */
export async function runAttempts<Result>(
  place: StepPlace,
  work: (attempt: Attempt) => Promise<Result>,
  options: StepOptions,
  { journal, signal }: { readonly journal: RunJournal; readonly signal: AbortSignal },
): Promise<Result> {
  const { attempts = ATTEMPTS, timeoutMs = TIMEOUT_MS, isRetried = () => true } = options;
  const { runId, step } = place;
  const input = describeValue(options.input);
  for (;;) {
    const begun = await journal.begin({ ...place, input });
    const number = begun.failed + 1;
    try {
      if (begun.cutOff >= MOST_CUT_OFF) {
        const message = `the process ended ${begun.cutOff} times in step ${place.name}`;
        throw new BridgeError('ERR_STEP_CRASHED', message);
      }
      const result = await limited(place.name, work, { number, signal, timeoutMs });
      await journal.done(runId, step, begun.attempt, describeValue(result));
      return result;
    } catch (error) {
      // The run was cancelled, or the process ends: nothing is said of the step.
      if (signal.aborted) throw error;
      const { code, message } = failureOf(error);
      const failure = { code, message: cleanText(message) };
      await journal.failed(runId, step, begun.attempt, failure);
      if (number >= attempts || code === 'ERR_STEP_CRASHED' || !isRetried(error)) throw error;
      await delay(waitAfter(number, options), undefined, { signal });
    }
  }
}

/** The wait after the n-th failure: doubled each time, up to the longest. */
export function waitAfter(
  failures: number,
  { waitMs = WAIT_MS, longestWaitMs = LONGEST_WAIT_MS }: StepOptions,
): number {
  return Math.min(longestWaitMs, waitMs * 2 ** (failures - 1));
}

/** One attempt, for so long at most. Work that goes on behind that is not listened to any more. */
async function limited<Result>(
  name: string,
  work: (attempt: Attempt) => Promise<Result>,
  limits: { readonly number: number; readonly signal: AbortSignal; readonly timeoutMs: number },
): Promise<Result> {
  const { number, timeoutMs } = limits;
  const own = new AbortController();
  const signal = AbortSignal.any([limits.signal, own.signal]);
  let stop: () => void = () => undefined;
  const over = new Promise<never>((_, reject) => {
    const timer = setTimeout(() => {
      const message = `step ${name} took longer than ${timeoutMs} ms`;
      const error = new BridgeError('ERR_STEP_TIMEOUT', message);
      own.abort(error);
      reject(error);
    }, timeoutMs);
    const onAbort = (): void => reject(limits.signal.reason as Error);
    if (limits.signal.aborted) onAbort();
    limits.signal.addEventListener('abort', onAbort, { once: true });
    stop = () => {
      clearTimeout(timer);
      limits.signal.removeEventListener('abort', onAbort);
    };
  });
  try {
    return await Promise.race([work({ number, signal }), over]);
  } finally {
    stop();
  }
}
