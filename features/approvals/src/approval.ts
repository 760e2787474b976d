/** `requested`: nobody has decided yet, though its time may be over. All others are final. */
export const APPROVAL_STATES = [
  'requested',
  'approved',
  'rejected',
  'expired',
  'cancelled',
] as const;
export type ApprovalState = (typeof APPROVAL_STATES)[number];

/** How people decide. */
export type DecisionWay = 'cli' | 'slack' | 'api';

export interface Choice {
  /** Lower case, digits and dashes. */
  readonly name: string;
  readonly label: string;
  /** Whether it lets the run go on. */
  readonly approves: boolean;
}

/** What a run asks people. Times are milliseconds since 1970. */
export interface NewApproval {
  /** At most 255 characters, as it names a block of Slack's. */
  readonly id: string;
  readonly runId: string;
  readonly workflow: string;
  readonly source: string;
  readonly resourceId: string | null;
  readonly title: string;
  /** What a decision rests on, as JSON. */
  readonly evidence: string;
  readonly choices: readonly Choice[];
  /** Who may decide, such as `slack:U1`, `cli:anna@host`, `token/…`; null: whoever gets that far. */
  readonly approvers: readonly string[] | null;
  /** Name of the choice that counts when nobody has decided; null: none does. */
  readonly defaultChoice: string | null;
  readonly requestedAt: number;
  /** From then on nobody can decide it, by the clock of the database. */
  readonly expiresAt: number;
}

/** What was asked, and what became of it. */
export interface Approval extends NewApproval {
  readonly state: ApprovalState;
  /** What was chosen; of an expired one its default. */
  readonly choice: string | null;
  /** Who decided; null: nobody has. */
  readonly actor: string | null;
  readonly via: DecisionWay | 'expiry' | null;
  /** Why, as the actor gave it; of a cancelled one why its run was cancelled. */
  readonly reason: string | null;
  /** When it was decided, expired or cancelled. */
  readonly decidedAt: number | null;
}

/** Somebody's attempt to decide. */
export interface NewDecision {
  /** Id of the approval. */
  readonly id: string;
  /** Name of a choice. */
  readonly choice: string;
  readonly actor: string;
  readonly via: DecisionWay;
  readonly reason: string | null;
}

export type DecisionAnswer =
  /** It counts. `isRepeat`: the same actor had chosen the same before; nothing was written again. */
  | { readonly kind: 'taken'; readonly approval: Approval; readonly isRepeat: boolean }
  /** Somebody was first, or the time is over; of the latter the state may still be `requested`. */
  | { readonly kind: 'too_late'; readonly approval: Approval }
  | { readonly kind: 'not_allowed' }
  | { readonly kind: 'no_choice'; readonly choices: readonly Choice[] }
  | { readonly kind: 'unknown' };

/** One line of what happened to an approval. */
export interface ApprovalLogLine {
  /** A number that grows. */
  readonly id: string;
  readonly approvalId: string;
  readonly at: number;
  readonly action: 'request' | 'decide' | 'expire' | 'cancel';
  /** `run/` and the run's id for all but decisions. */
  readonly actor: string;
  readonly via: DecisionWay | 'run' | 'expiry';
  readonly choice: string | null;
  readonly outcome: 'taken' | 'too_late' | 'not_allowed';
  readonly reason: string | null;
  /** Null: the topics do not have it yet. */
  readonly announcedAt: number | null;
}

/** A line of the log, with the approval as it was after it. */
export interface ApprovalLogEntry extends ApprovalLogLine {
  readonly approval: Approval;
}
