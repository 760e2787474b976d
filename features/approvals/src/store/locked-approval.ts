import type { PostgresPool } from '@gemini-events/postgres';
import { toId, toText } from '@gemini-events/postgres';
import type { Approval, ApprovalLogLine } from '../approval.ts';
import { toApproval, toTextOrNull } from './approval-rows.ts';
import { CLOSE, LOCK, NOTE } from './approval-sql.ts';

/** How an approval ends. */
export type Ending = Pick<Approval, 'state' | 'choice' | 'actor' | 'via' | 'reason'>;

/** A line of the log that is about to be written; its time is that of the lock. */
type NewLine = Pick<ApprovalLogLine, 'action' | 'actor' | 'via' | 'choice' | 'reason'>;

/** An approval that nobody else can change until the transaction ends. */
export interface LockedApproval {
  readonly approval: Approval;
  /** By the clock of the database, milliseconds since 1970. */
  readonly now: number;
  note(line: NewLine, outcome: ApprovalLogLine['outcome']): Promise<void>;
  end(ending: Ending): Promise<Approval>;
}

/** Runs `work` with the approval locked, all or nothing of it. Null: there is none. */
export function underLock<Result>(
  pool: Pick<PostgresPool, 'transaction'>,
  id: string,
  work: (locked: LockedApproval) => Promise<Result>,
): Promise<Result | null> {
  const key = toId(id);
  return pool.transaction(async ({ query }) => {
    const [row] = await query<Approval & { readonly now: number }>(LOCK, [key]);
    if (row === undefined) return null;
    const now = Math.round(row.now);
    return work({
      approval: toApproval(row),
      now,
      async note({ action, actor, via, choice, reason }, outcome) {
        const texts = [toText(actor), via, toTextOrNull(choice), outcome, toTextOrNull(reason)];
        await query(NOTE, [key, now, action, ...texts]);
      },
      async end({ state, choice, actor, via, reason }) {
        const texts = [toTextOrNull(choice), toTextOrNull(actor), via, toTextOrNull(reason)];
        const [ended] = await query<Approval>(CLOSE, [key, state, ...texts, now]);
        if (ended === undefined) throw new TypeError('an approval that is locked is gone');
        return toApproval(ended);
      },
    });
  });
}
