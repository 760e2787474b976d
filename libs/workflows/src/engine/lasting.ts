import { setTimeout as delay } from 'node:timers/promises';
import { isBridgeError } from '@gemini-events/events';

const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 2_000;

/**
 * Repeats what fails because Postgres is away, until it is there again: an outage is no failure of a step.
 * `call` has to be one that may be repeated. Throws when the signal is aborted.
 */
export async function lasting<Result>(
  call: () => Promise<Result>,
  signal: AbortSignal,
): Promise<Result> {
  for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS)) {
    try {
      return await call();
    } catch (error) {
      if (!isBridgeError(error, 'ERR_POSTGRES_UNAVAILABLE') || signal.aborted) throw error;
      await delay(waitMs, undefined, { signal });
    }
  }
}

/** A store whose every call lasts over outages of Postgres, until the signal is aborted. */
export function lastingStore<Store extends object>(store: Store, signal: AbortSignal): Store {
  type Call = (...given: unknown[]) => Promise<unknown>;
  const calls = Object.entries(store as Readonly<Record<string, Call>>).map(
    ([name, call]): [string, Call] => [name, (...given) => lasting(() => call(...given), signal)],
  );
  return Object.fromEntries(calls) as Store;
}
