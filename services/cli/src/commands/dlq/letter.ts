import type { LetterPlace } from '@gemini-events/postgres';

/** A dead letter: an event that a consumer has given up, and why. */
export interface Letter extends LetterPlace {
  readonly consumer: string;
  readonly eventId: string;
  readonly type: string;
  readonly source: string;
  readonly resource: string;
  readonly code: string;
  readonly message: string;
  /** Of the code and what messages of one cause have in common. */
  readonly fingerprint: string;
  readonly attempts: number;
  /** Milliseconds since 1970. */
  readonly firstFailureAt: number;
  readonly lastFailureAt: number;
  /** How often it was redriven before. */
  readonly redrives: number;
  /** Where the event stood. */
  readonly origin: { readonly topic: string; readonly partition: number; readonly offset: number };
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
