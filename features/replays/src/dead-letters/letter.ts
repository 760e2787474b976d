import type { DeadLetter } from '@gemini-events/events';
import type { LetterPlace } from '../store/postgres-decisions.ts';

/** A dead letter where it stands: an event that a consumer has given up, and why. */
export interface Letter extends DeadLetter, LetterPlace {
  readonly consumer: string;
  /** Of the code and what messages of one cause have in common. */
  readonly fingerprint: string;
}

/** What was decided about it, or nothing yet. */
export type LetterState = 'open' | 'redriven' | 'discarded';

export interface DecidedLetter extends Letter {
  readonly state: LetterState;
  /** Of the decision. */
  readonly decidedBy: string | null;
  readonly decidedAt: number | null;
  readonly reason: string | null;
  /** Id of the redrive. */
  readonly replay: string | null;
}
