import type { Clock } from './clock.ts';

const FIRST_WAIT_MS = 100;
const MAX_WAIT_MS = 5_000;

/** The work on an event ends here without a decision: it will be done again, perhaps elsewhere. */
export class LetGo extends Error {}

/**
 * Does what has to be done before an event counts as settled, again and again through an outage of
 * Kafka, registry or Postgres: no event is to blame for those.
 * @throws LetGo where the signal is aborted
 */
export async function persist<Result>(
  call: () => Promise<Result>,
  options: {
    readonly clock: Clock;
    readonly signal: AbortSignal;
    readonly onFailure: (error: unknown) => void;
  },
): Promise<Result> {
  const { clock, signal, onFailure } = options;
  for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(waitMs * 2, MAX_WAIT_MS)) {
    if (signal.aborted) throw new LetGo();
    try {
      return await call();
    } catch (error) {
      onFailure(error);
      await pause(clock, waitMs, signal);
    }
  }
}

/** Resolves after so long, or when the signal is aborted. */
export function pause(clock: Clock, milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const over = (): void => {
      cancel();
      signal.removeEventListener('abort', over);
      resolve();
    };
    const cancel = clock.after(milliseconds, over);
    signal.addEventListener('abort', over, { once: true });
  });
}
