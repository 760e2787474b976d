import { setTimeout as delay } from 'node:timers/promises';

/** Ends early, without an error, when the signal is aborted. Leaves no listener behind. */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await delay(milliseconds, undefined, { signal }).catch(() => undefined);
}
