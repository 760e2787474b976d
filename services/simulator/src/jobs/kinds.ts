export type JobKind = 'batch' | 'interaction' | 'video';
export const JOB_KINDS: readonly JobKind[] = ['batch', 'interaction', 'video'];

/** How a job is going to end. `filtered`: a video whose every sample was held back. */
export type Outcome = 'succeeded' | 'failed' | 'expired' | 'requires_action' | 'filtered';
export type JobState = 'running' | 'cancelled' | Outcome;
