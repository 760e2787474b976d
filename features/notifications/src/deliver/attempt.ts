/** What came of one attempt, whatever it was sent by. */
export interface AttemptResult {
  /**
   * `delivered`; `refused`: no later attempt changes it; `gone`: nothing more is wanted there (410);
   * `throttled`: not so fast; `failed`: anything else.
   */
  readonly kind: 'delivered' | 'refused' | 'gone' | 'throttled' | 'failed';
  /** HTTP status; null where no answer came. */
  readonly status: number | null;
  /** Code for the list of attempts; null where it went well. */
  readonly error: string | null;
  /** Not earlier than this from now, in milliseconds; null where nobody asked for it. */
  readonly afterMs: number | null;
  /** First bytes of the answer, where they may be kept. */
  readonly answer: string;
  readonly startedAt: number;
  readonly tookMs: number;
}

/** How a lane stands by its last attempts. */
export interface LaneHealth {
  /** Failed attempts in a row. */
  readonly failures: number;
  /** Since when, in milliseconds since 1970; null where the last one went well. */
  readonly failingSince: number | null;
  /** Nothing is sent before; 0: at any time. */
  readonly closedUntil: number;
}

export const HEALTHY: LaneHealth = { failures: 0, failingSince: null, closedUntil: 0 };

/** A lane that has failed so often in a row is tried with one attempt at a time. */
export const PROBED_FROM = 5;
