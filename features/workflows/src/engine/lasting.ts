import { isBridgeError } from '@gemini-events/events';
import { untilSuccess } from '@gemini-events/service/retry';

/** Half of a wait is chance. */
const FIRST_WAIT_MS = 200;
const LONGEST_WAIT_MS = 2_000;

/**
 * Repeats what fails because Postgres is away, until it is there again: an outage is no failure of a step.
 * `call` has to be one that may be repeated. Throws when the signal is aborted.
 */
export function lasting<Result>(call: () => Promise<Result>, signal: AbortSignal): Promise<Result> {
  return untilSuccess(call, {
    signal,
    firstWaitMs: FIRST_WAIT_MS,
    maxWaitMs: LONGEST_WAIT_MS,
    isFinal: (error) => !isBridgeError(error, 'ERR_POSTGRES_UNAVAILABLE'),
  });
}

/** A store whose every call lasts over outages of Postgres, until the signal is aborted. */
export function lastingStore<Store extends object>(store: Store, signal: AbortSignal): Store {
  type Call = (...given: unknown[]) => Promise<unknown>;
  const calls = Object.entries(store as Readonly<Record<string, Call>>).map(
    ([name, call]): [string, Call] => [name, (...given) => lasting(() => call(...given), signal)],
  );
  return Object.fromEntries(calls) as Store;
}
