import { setTimeout as delay } from 'node:timers/promises';

/**
 * Repeats `attempt` until it succeeds or the signal aborts, with doubling waits and full jitter.
 * @throws what `attempt` threw when `isFinal` says that repeating is of no use; the abort reason.
 */
export async function untilSuccess<Result>(
  attempt: () => Promise<Result>,
  options: {
    readonly signal: AbortSignal;
    readonly onFailure?: (error: unknown, waitMs: number) => void;
    readonly isFinal?: (error: unknown) => boolean;
    readonly firstWaitMs?: number;
    readonly maxWaitMs?: number;
  },
): Promise<Result> {
  const maxWaitMs = options.maxWaitMs ?? 5_000;
  for (let limitMs = options.firstWaitMs ?? 100; ; limitMs = Math.min(limitMs * 2, maxWaitMs)) {
    options.signal.throwIfAborted();
    try {
      return await attempt();
    } catch (error) {
      if (options.signal.aborted || options.isFinal?.(error) === true) throw error;
      const waitMs = Math.round(limitMs * (0.5 + Math.random() / 2));
      options.onFailure?.(error, waitMs);
      await delay(waitMs, undefined, { signal: options.signal });
    }
  }
}
