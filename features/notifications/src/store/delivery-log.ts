import type { PostgresPool } from '@gemini-events/postgres';
import { fromText, toText } from '@gemini-events/postgres';
import { ATTEMPTS, FIND, LIST, MISSING, RECOVER, RESEND, TEST } from './delivery-log-sql.ts';

export const DELIVERY_STATES = ['waiting', 'sending', 'delivered', 'failed'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];
export const TRIGGERS = ['event', 'test', 'resend', 'recover', 'missing'] as const;

/** A message on its way to one endpoint or Slack channel. Times are milliseconds since 1970. */
export interface Delivery {
  readonly id: string;
  /** Id of the endpoint, or `slack:` and a channel. */
  readonly lane: string;
  /** The `webhook-id`. */
  readonly message: string;
  readonly type: string;
  readonly state: DeliveryState;
  /** Begun in all. */
  readonly attempts: number;
  readonly triggeredBy: (typeof TRIGGERS)[number];
  readonly queuedAt: number;
  /** When the next attempt is due; of one that is settled, when the last one was. */
  readonly dueAt: number;
  readonly lastStatus: number | null;
  readonly lastError: string | null;
  readonly settledAt: number | null;
}

/** One attempt, as it ended. */
export interface DeliveryAttempt {
  /** The first is 1. One whose process was killed is missing. */
  readonly number: number;
  readonly startedAt: number;
  readonly tookMs: number;
  readonly status: number | null;
  readonly error: string | null;
  /** First bytes of what was answered. */
  readonly answer: string;
}

/** How many were queued, and whether there are more than {@link MOST_QUEUED}: then ask again. */
export interface Queued {
  readonly count: number;
  readonly more: boolean;
}

export const MOST_QUEUED = 10_000;

/**
 * What was and will be delivered, for people to look at and to repeat. What repeats queues a row, which
 * then goes the way of every delivery. Throws as the pool does.
 */
export interface DeliveryLog {
  /** The newest first. @param page.after id of the last one of the page before */
  list(
    lane: string,
    page: { readonly limit: number; readonly after: string | null },
    filter?: { readonly state?: DeliveryState; readonly type?: string },
  ): Promise<readonly Delivery[]>;
  /** With the very text that is sent. @param owner null: whoever's it is, Slack's too */
  find(
    owner: string | null,
    id: string,
  ): Promise<(Delivery & { readonly body: string; readonly messageAt: number }) | null>;
  /** In their order. @param page.after number of the last one of the page before; 0 at first */
  attempts(
    delivery: string,
    page: { readonly limit: number; readonly after: number },
  ): Promise<readonly DeliveryAttempt[]>;
  /**
   * Queues a delivery again, whatever became of it; its attempts count on.
   * @returns false: it is being sent now, its endpoint is not active, or there is none
   */
  resend(id: string): Promise<boolean>;
  /** Queues what has been given up since then. Nothing, where the endpoint is not active. */
  recover(endpoint: string, since: number): Promise<Queued>;
  /**
   * Queues messages of those times that the endpoint wants and was never to get: from before it was
   * there, or while it was disabled. Nothing, where it is not active.
   */
  replayMissing(
    endpoint: string,
    times: { readonly since: number; readonly until: number },
  ): Promise<Queued>;
  /**
   * Queues a message to try the endpoint with.
   * @returns the id of the delivery; null: there is no such endpoint, or it is not active
   */
  addTest(
    endpoint: string,
    message: { readonly id: string; readonly type: string; readonly body: string },
  ): Promise<string | null>;
}

type QueuedRow = { readonly count: number; readonly more: boolean };

export function createPostgresDeliveryLog(pool: Pick<PostgresPool, 'query'>): DeliveryLog {
  const queued = async (text: string, values: readonly unknown[]): Promise<Queued> => {
    const [row] = await pool.query<QueuedRow>(text, [...values, MOST_QUEUED]);
    return row ?? { count: 0, more: false };
  };
  return {
    async list(lane, { limit, after }, { state, type } = {}) {
      const wanted = [state ?? null, type === undefined ? null : toText(type)];
      return (await pool.query<Delivery>(LIST, [lane, limit, after, ...wanted])).map(toDelivery);
    },
    async find(owner, id) {
      const [row] = await pool.query<Delivery & { body: string; messageAt: number }>(FIND, [
        owner,
        id,
      ]);
      if (row === undefined) return null;
      const { body, messageAt } = row;
      return { ...toDelivery(row), body: fromText(body), messageAt: Math.round(messageAt) };
    },
    async attempts(delivery, { limit, after }) {
      const rows = await pool.query<DeliveryAttempt>(ATTEMPTS, [delivery, limit, after]);
      return rows.map((row) => ({
        ...row,
        startedAt: Math.round(row.startedAt),
        answer: fromText(row.answer),
      }));
    },
    resend: async (id) => (await pool.query<object>(RESEND, [id])).length > 0,
    recover: (endpoint, since) => queued(RECOVER, [endpoint, since]),
    replayMissing: (endpoint, { since, until }) => queued(MISSING, [endpoint, since, until]),
    async addTest(endpoint, { id, type, body }) {
      const [row] = await pool.query<{ id: string }>(TEST, [endpoint, id, type, toText(body)]);
      return row?.id ?? null;
    },
  };
}

function toDelivery(row: Delivery): Delivery {
  return {
    id: row.id,
    lane: row.lane,
    message: row.message,
    type: fromText(row.type),
    state: row.state,
    attempts: row.attempts,
    triggeredBy: row.triggeredBy,
    queuedAt: Math.round(row.queuedAt),
    dueAt: Math.round(row.dueAt),
    lastStatus: row.lastStatus,
    lastError: row.lastError,
    settledAt: row.settledAt === null ? null : Math.round(row.settledAt),
  };
}
