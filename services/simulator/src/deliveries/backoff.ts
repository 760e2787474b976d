import type { Random } from '../util/random.ts';

export interface BackoffLimits {
  readonly baseMs: number;
  readonly capMs: number;
}

/** Wait after the given failed attempt (1, 2, …): doubling up to the cap, the upper half of it by chance. */
function backoffMs(attempt: number, limits: BackoffLimits, random: Random): number {
  const full = Math.min(limits.capMs, limits.baseMs * 2 ** Math.min(attempt - 1, 30));
  return Math.round(full / 2 + (full / 2) * random.next());
}

/** `Retry-After` in seconds, never longer than the cap: a simulation does not wait for hours. */
export function waitMs(
  attempt: number,
  retryAfter: string | null,
  limits: BackoffLimits,
  random: Random,
): number {
  const own = backoffMs(attempt, limits, random);
  const asked =
    retryAfter !== null && /^\d{1,6}$/.test(retryAfter) ? Number(retryAfter) * 1_000 : 0;
  return Math.max(own, Math.min(asked, limits.capMs));
}
