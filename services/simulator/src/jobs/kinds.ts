export type JobKind = 'batch' | 'interaction' | 'video';
export const JOB_KINDS: readonly JobKind[] = ['batch', 'interaction', 'video'];

/**
 * How a job is going to end. `filtered`: a video whose every sample was held back; the last two:
 * interactions that stopped at a limit.
 */
export type Outcome =
  | 'succeeded'
  | 'failed'
  | 'expired'
  | 'requires_action'
  | 'filtered'
  | 'incomplete'
  | 'budget_exceeded';
export type JobState = 'running' | 'cancelled' | Outcome;
