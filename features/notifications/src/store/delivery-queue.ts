import type { PostgresPool } from '@gemini-events/postgres';
import { fromText, toText } from '@gemini-events/postgres';
import {
  CLAIM,
  DUE_LANES,
  LANE_STATES,
  LANES,
  RECLAIM,
  RELEASE,
  RENEW,
  SETTLE,
  THREADS,
} from './queue-sql.ts';

/** A delivery that this worker sends now. */
export interface ClaimedDelivery {
  readonly id: string;
  readonly lane: string;
  readonly message: string;
  readonly type: string;
  readonly body: string;
  /** Which attempt this is, the first is 1; counted before it begins. */
  readonly number: number;
  /** Attempts of the present round before this one: 0 at first and after a resend. */
  readonly step: number;
  readonly queuedAt: number;
  readonly dueAt: number;
  readonly triggeredBy: string;
  readonly thread: string | null;
  /** Slack's `ts` of the first message of the thread. */
  readonly threadTs: string | null;
}

/** How a lane stands in the database, with what is to be kept to. */
export interface LaneState {
  readonly id: string;
  /** Failed attempts in a row, and since when; 0 and null where the last one went well. */
  readonly failures: number;
  readonly failingSince: number | null;
  /** Null for Slack, and for what is gone. */
  readonly endpoint: {
    readonly url: string;
    readonly owner: string;
    readonly state: string;
    readonly maxPerSecond: number | null;
    readonly maxConcurrent: number | null;
    readonly secrets: readonly SealedSecret[];
  } | null;
}

export interface SealedSecret {
  readonly id: string;
  readonly kind: 'v1' | 'v1a';
  readonly sealed: Buffer;
}

/** What is written of one attempt. */
export interface SettledAttempt {
  readonly id: string;
  readonly number: number;
  readonly state: 'waiting' | 'delivered' | 'failed';
  readonly step: number;
  readonly dueAt: number;
  readonly startedAt: number;
  readonly tookMs: number;
  readonly status: number | null;
  readonly error: string | null;
  readonly answer: string;
}

/** What becomes of a lane by its last attempts. */
export interface SettledLane {
  readonly id: string;
  readonly failures: number;
  readonly failingSince: number | null;
  /** Nothing is sent before; 0: at any time. */
  readonly closedUntil: number;
}

/**
 * Deliveries that are due. A lane is worked on by one worker at a time, by a lease, so limits of a lane
 * hold however many instances run; a worker that died loses its lanes when their leases end, and what it
 * was sending comes again with the same webhook-id. Throws as the pool does.
 */
export interface DeliveryQueue {
  /** Frees what workers were sending that have lost the lane. @returns how many */
  reclaim(): Promise<number>;
  /** Lanes that have something due which this worker may take. */
  dueLanes(limit: number): Promise<readonly string[]>;
  /** How lanes stand, before they are claimed. */
  lanes(ids: readonly string[]): Promise<readonly LaneState[]>;
  /** Takes up to `free` due deliveries of each lane, counting their attempts; lanes of others give none. */
  claim(
    asks: readonly { readonly lane: string; readonly free: number }[],
  ): Promise<readonly ClaimedDelivery[]>;
  /** Keeps the lanes for another lease. */
  renew(ids: readonly string[]): Promise<void>;
  /** Gives all lanes back. */
  release(): Promise<void>;
  /** Writes what came of attempts. What is not this worker's any more is left as it is. */
  settle(attempts: readonly SettledAttempt[], lanes: readonly SettledLane[]): Promise<void>;
  /** Notes the first message of a thread; a later one changes nothing. */
  startThread(lane: string, thread: string, ts: string): Promise<void>;
}

type ClaimRow = { readonly [Name in keyof ClaimedDelivery]: ClaimedDelivery[Name] };
type Endpoint = NonNullable<LaneState['endpoint']>;
type LaneRow = Omit<LaneState, 'endpoint'> &
  Omit<Endpoint, 'url' | 'secrets'> & {
    readonly url: string | null;
    readonly secrets: readonly (Omit<SealedSecret, 'sealed'> & { readonly sealed: string })[];
  };

/** @param worker names this life of this instance: no two may share it */
export function createPostgresDeliveryQueue(
  pool: Pick<PostgresPool, 'query'>,
  { worker, leaseMs }: { readonly worker: string; readonly leaseMs: number },
): DeliveryQueue {
  return {
    async reclaim() {
      return (await pool.query<object>(RECLAIM, [worker])).length;
    },
    async dueLanes(limit) {
      const rows = await pool.query<{ id: string }>(DUE_LANES, [worker, limit]);
      return rows.map(({ id }) => id);
    },
    async lanes(ids) {
      const rows = await pool.query<LaneRow>(LANES, [ids]);
      return rows.map(toLane);
    },
    async claim(asks) {
      const lanes = asks.map(({ lane }) => lane);
      const free = asks.map((each) => each.free);
      const rows = await pool.query<ClaimRow>(CLAIM, [lanes, free, worker, leaseMs]);
      return rows.map((row) => ({
        ...row,
        body: fromText(row.body),
        thread: row.thread === null ? null : fromText(row.thread),
      }));
    },
    async renew(ids) {
      if (ids.length > 0) await pool.query(RENEW, [ids, worker, leaseMs]);
    },
    async release() {
      await pool.query(RELEASE, [worker]);
    },
    async settle(attempts, lanes) {
      // Lanes first: a crash between the two lets an attempt be repeated, and never a limit be forgotten.
      if (lanes.length > 0) {
        await pool.query(LANE_STATES, [
          worker,
          lanes.map(({ id }) => id),
          lanes.map(({ failures }) => failures),
          lanes.map(({ failingSince }) => failingSince),
          lanes.map(({ closedUntil }) => closedUntil),
        ]);
      }
      if (attempts.length > 0) await pool.query(SETTLE, [worker, ...columnsOf(attempts)]);
    },
    async startThread(lane, thread, ts) {
      await pool.query(THREADS, [lane, toText(thread), ts]);
    },
  };
}

function columnsOf(attempts: readonly SettledAttempt[]): readonly unknown[] {
  const column = <Name extends keyof SettledAttempt>(name: Name) =>
    attempts.map((attempt) => attempt[name]);
  return [
    column('id'),
    column('number'),
    column('state'),
    column('step'),
    column('dueAt'),
    column('startedAt'),
    column('tookMs').map(Math.round),
    column('status'),
    column('error'),
    column('answer').map(toText),
  ];
}

function toLane({ id, failures, failingSince, url, secrets, ...endpoint }: LaneRow): LaneState {
  if (url === null) return { id, failures, failingSince, endpoint: null };
  const opened = secrets.map((each) => ({ ...each, sealed: Buffer.from(each.sealed, 'base64') }));
  return { id, failures, failingSince, endpoint: { ...endpoint, url, secrets: opened } };
}
