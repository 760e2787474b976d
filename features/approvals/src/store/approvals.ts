import type { PostgresPool } from '@gemini-events/postgres';
import { toId, toText } from '@gemini-events/postgres';
import type {
  Approval,
  ApprovalLogEntry,
  ApprovalLogLine,
  ApprovalState,
  DecisionAnswer,
  NewApproval,
  NewDecision,
} from '../approval.ts';
import { judgeDecision } from '../judge-decision.ts';
import { asRequested, rowOf, toApproval, toLine } from './approval-rows.ts';
import {
  ANNOUNCED,
  FIND,
  LIST,
  LOG,
  OLDEST_OPEN,
  OPEN_COUNT,
  REQUEST,
  UNANNOUNCED,
} from './approval-sql.ts';
import { type Ending, type LockedApproval, underLock } from './locked-approval.ts';

/** Which approvals; all that is not named is left open. */
export interface ApprovalFilter {
  readonly state?: ApprovalState | undefined;
  readonly runId?: string | undefined;
  /** That this actor may decide, as far as they name who may. */
  readonly actorMay?: string | undefined;
  /** Asked before, as `requestedAt` and `id` of the last one of the page before. */
  readonly before?: { readonly requestedAt: number; readonly id: string } | undefined;
  readonly limit: number;
}

/** What runs ask people. The first decision counts, and each attempt is kept. Throws as the pool does. */
export interface Approvals {
  /**
   * Asks. What was asked with this id before stays as it is, its time too.
   * @param on the pool, or a transaction in which more is done
   * @throws BridgeError ERR_APPROVAL_CHOICE: the default is none of the choices
   */
  request(
    on: Pick<PostgresPool, 'query'>,
    approval: NewApproval,
  ): Promise<{ readonly approval: Approval; readonly isNew: boolean }>;
  /** Decides, if it is open and nobody was first. May be repeated when the answer was lost. */
  decide(decision: NewDecision): Promise<DecisionAnswer>;
  /**
   * Ends the wait for a decision, if its time is over; the default counts, where there is one.
   * @returns what is true then: as it was decided before, or still `requested`. Null: it is unknown
   */
  expire(id: string): Promise<Approval | null>;
  /** Nobody needs to decide any more: its run was cancelled. What was decided stays. Null: it is unknown. */
  cancel(id: string, reason: string | null): Promise<Approval | null>;
  find(id: string): Promise<Approval | null>;
  /** The newest first. */
  list(filter: ApprovalFilter): Promise<readonly Approval[]>;
  /** What happened to it, in order. @param limit @default 1000 */
  log(id: string, limit?: number): Promise<readonly ApprovalLogLine[]>;
  /**
   * What the topics do not have yet, in order. Two that ask at once are given the same, so only one may
   * announce at a time: else an older state could be written behind a newer one.
   */
  unannounced(limit: number): Promise<readonly ApprovalLogEntry[]>;
  /** The topics have these. @param ids of the log's lines */
  announced(ids: readonly string[]): Promise<void>;
  /** How many are `requested`. */
  openCount(): Promise<number>;
  /** Since when the oldest of them is, milliseconds since 1970; null: there is none. */
  oldestOpen(): Promise<number | null>;
}

type Line = { readonly line: ApprovalLogLine };

const MOST_LOGGED = 1_000;

export function createPostgresApprovals(
  pool: Pick<PostgresPool, 'query' | 'transaction'>,
): Approvals {
  return {
    async request(on, approval) {
      const [row] = await on.query<Approval>(REQUEST, rowOf(approval));
      if (row !== undefined) return { approval: toApproval(row), isNew: true };
      const [before] = await on.query<Approval>(FIND, [toId(approval.id)]);
      if (before === undefined) throw new TypeError('an approval is neither new nor known');
      return { approval: toApproval(before), isNew: false };
    },
    async decide({ id, ...decision }) {
      const answer = await underLock(pool, id, (locked) => settle(locked, decision));
      return answer ?? { kind: 'unknown' };
    },
    expire: (id) =>
      underLock(pool, id, async (locked) => {
        const { state, expiresAt, defaultChoice: choice } = locked.approval;
        if (state !== 'requested' || locked.now < expiresAt) return locked.approval;
        const ending = {
          state: 'expired',
          choice,
          actor: null,
          via: 'expiry',
          reason: null,
        } as const;
        return endByRun(locked, 'expire', ending);
      }),
    cancel: (id, reason) =>
      underLock(pool, id, async (locked) => {
        if (locked.approval.state !== 'requested') return locked.approval;
        const ending = {
          state: 'cancelled',
          choice: null,
          actor: null,
          via: null,
          reason,
        } as const;
        return endByRun(locked, 'cancel', ending);
      }),
    async find(id) {
      const [row] = await pool.query<Approval>(FIND, [toId(id)]);
      return row === undefined ? null : toApproval(row);
    },
    async list({ state, runId, actorMay, before, limit }) {
      const rows = await pool.query<Approval>(LIST, [
        state ?? null,
        runId === undefined ? null : toId(runId),
        actorMay === undefined ? null : toText(actorMay),
        before?.requestedAt ?? null,
        before === undefined ? '' : toId(before.id),
        limit,
      ]);
      return rows.map(toApproval);
    },
    async log(id, limit = MOST_LOGGED) {
      const rows = await pool.query<Line>(LOG, [toId(id), limit]);
      return rows.map(({ line }) => toLine(line));
    },
    async unannounced(limit) {
      const rows = await pool.query<Approval & Line & { readonly isEnded: boolean }>(UNANNOUNCED, [
        limit,
      ]);
      return rows.map((row) => ({
        ...toLine(row.line),
        approval: row.isEnded ? toApproval(row) : asRequested(toApproval(row)),
      }));
    },
    async announced(ids) {
      if (ids.length > 0) await pool.query(ANNOUNCED, [ids]);
    },
    async openCount() {
      const [row] = await pool.query<{ readonly count: number }>(OPEN_COUNT);
      return row?.count ?? 0;
    },
    async oldestOpen() {
      const [row] = await pool.query<{ readonly at: number | null }>(OLDEST_OPEN);
      return row?.at == null ? null : Math.round(row.at);
    },
  };
}

async function settle(
  locked: LockedApproval,
  { choice, actor, via, reason }: Omit<NewDecision, 'id'>,
): Promise<DecisionAnswer> {
  const { approval, now } = locked;
  const verdict = judgeDecision(approval, { choice, actor }, now);
  const line = { action: 'decide', actor, via, choice, reason } as const;
  switch (verdict.kind) {
    case 'no_choice':
      return { kind: 'no_choice', choices: approval.choices };
    case 'repeat':
      return { kind: 'taken', approval, isRepeat: true };
    case 'too_late':
      await locked.note(line, 'too_late');
      return { kind: 'too_late', approval };
    case 'not_allowed':
      await locked.note(line, 'not_allowed');
      return { kind: 'not_allowed' };
    case 'take': {
      await locked.note(line, 'taken');
      const { state } = verdict;
      const decided = await locked.end({ state, choice, actor, via, reason });
      return { kind: 'taken', approval: decided, isRepeat: false };
    }
  }
}

async function endByRun(
  locked: LockedApproval,
  action: 'expire' | 'cancel',
  ending: Ending,
): Promise<Approval> {
  const [actor, via] = [`run/${locked.approval.runId}`, ending.via ?? 'run'] as const;
  const { choice, reason } = ending;
  await locked.note({ action, actor, via, choice, reason }, 'taken');
  return locked.end(ending);
}
