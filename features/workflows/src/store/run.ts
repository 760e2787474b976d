/** `waiting`: for a job, a person or a time; `waitsFor` says which. */
export const RUN_STATES = ['running', 'waiting', 'done', 'failed', 'cancelled'] as const;
export type RunState = (typeof RUN_STATES)[number];

/** What a run was begun for. */
export interface NewRun {
  /** Also its id at the engine: a second run with the same one is never begun. */
  readonly id: string;
  readonly workflow: string;
  readonly version: number;
  readonly source: string;
  readonly eventId: string;
  readonly type: string;
  readonly resourceId: string | null;
}

/** A run, for people. Times are milliseconds since 1970. */
export interface Run extends NewRun {
  readonly state: RunState;
  /** For example `job batches/b1`, `approval ap_1`; null where it does not wait. */
  readonly waitsFor: string | null;
  /** What it came to, as JSON, shortened. */
  readonly outcome: string | null;
  readonly errorCode: string | null;
  readonly errorMessage: string | null;
  /** How often it was begun again from the step that had failed. */
  readonly redrives: number;
  readonly startedAt: number;
  readonly changedAt: number;
  readonly endedAt: number | null;
}

export interface RunEnd {
  readonly state: Extract<RunState, 'done' | 'failed' | 'cancelled'>;
  readonly outcome?: string | null;
  readonly error?: { readonly code: string; readonly message: string } | null;
}

/** One attempt at a step. */
export interface StepAttempt {
  /** Counted by the engine; a step of its own for each call. */
  readonly step: number;
  /** From 1, over all redrives. */
  readonly attempt: number;
  readonly redrive: number;
  readonly name: string;
  /** `running` of a process that is gone: it was cut off. */
  readonly state: 'running' | 'done' | 'failed';
  /** JSON, shortened, without secrets. */
  readonly input: string | null;
  readonly output: string | null;
  readonly errorCode: string | null;
  readonly errorMessage: string | null;
  readonly instance: string;
  readonly startedAt: number;
  readonly endedAt: number | null;
}
