/** No wait that a server asks for is longer. */
const LONGEST_MS = 24 * 3_600_000;

/**
 * `Retry-After` (RFC 9110, 10.2.3) in milliseconds from now: seconds or a date; null where there is none
 * that can be read.
 */
export function retryAfterMs(header: string | undefined, nowMs: number): number | null {
  const text = header?.trim() ?? '';
  if (/^\d{1,9}$/.test(text)) return Math.min(Number(text) * 1_000, LONGEST_MS);
  // A date has a letter; `Date.parse` would also take a bare year.
  const at = /[A-Za-z]/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? null : Math.min(Math.max(0, at - nowMs), LONGEST_MS);
}
