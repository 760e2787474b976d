import type { JobKind, JobState } from '../jobs/kinds.ts';

/** The event that a job's end fires; null where Gemini is not known to send one. */
export function eventType(kind: JobKind, state: JobState): string | null {
  switch (kind) {
    case 'batch':
      return state === 'succeeded' ||
        state === 'failed' ||
        state === 'expired' ||
        state === 'cancelled'
        ? `batch.${state}`
        : null;
    case 'interaction':
      if (state === 'succeeded') return 'interaction.completed';
      return state === 'failed' || state === 'cancelled' || state === 'requires_action'
        ? `interaction.${state}`
        : null;
    case 'video':
      return state === 'succeeded' ? 'video.generated' : null;
  }
}
