import { isBridgeError } from '@gemini-events/events';
import type { Outcome } from '../definition/outcome.ts';

/** What is done with an event after an attempt. */
export type NextStep =
  | { readonly kind: 'finish'; readonly state: 'done' | 'skipped'; readonly reason: string | null }
  | {
      readonly kind: 'park';
      readonly waitMs: number;
      readonly code: string;
      readonly message: string;
    }
  | { readonly kind: 'bury'; readonly code: string; readonly message: string };

/** Code of a failure that names none. */
const UNEXPECTED = 'ERR_UNEXPECTED';
const ASKED_FOR = 'ERR_RETRY_LATER';
const LONGEST_WAIT_MS = 24 * 3_600_000;

/**
 * Decides after an attempt. The n-th failure waits the n-th delay; when there is none left it is given
 * up, with the error that it had.
 *
 * @param attempt of the attempt that has just ended, from 1
 */
export function nextStep(
  ended: { readonly outcome: Outcome } | { readonly error: unknown },
  attempt: number,
  retryDelaysMs: readonly number[],
): NextStep {
  if ('outcome' in ended) {
    const { outcome } = ended;
    switch (outcome.kind) {
      case 'done':
        return { kind: 'finish', state: 'done', reason: null };
      case 'skip':
        return { kind: 'finish', state: 'skipped', reason: outcome.reason };
      case 'dead':
        return { kind: 'bury', code: outcome.code, message: outcome.reason };
      case 'retry':
        return laterOrNever(
          outcome.code ?? ASKED_FOR,
          outcome.reason,
          longer(retryDelaysMs[attempt - 1], outcome.afterMs),
        );
    }
  }
  return laterOrNever(codeOf(ended.error), messageOf(ended.error), retryDelaysMs[attempt - 1]);
}

/** A wait that was asked for does not give a further attempt. */
function longer(delayMs: number | undefined, afterMs = 0): number | undefined {
  return delayMs === undefined ? undefined : Math.max(delayMs, Math.min(afterMs, LONGEST_WAIT_MS));
}

function laterOrNever(code: string, message: string, waitMs: number | undefined): NextStep {
  return waitMs === undefined
    ? { kind: 'bury', code, message }
    : { kind: 'park', waitMs, code, message };
}

export function codeOf(error: unknown): string {
  return isBridgeError(error) ? error.code : UNEXPECTED;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
