import type { PostgresPool } from '@gemini-events/postgres';

/** Where consumers stand with events: the read model knows, which is no part of replays. */
export interface EventLanes {
  /** Ids of events by the state that a consumer has them in, the newest first; at most one more than the limit. */
  readonly eventsByLane: (
    pool: Pick<PostgresPool, 'query'>,
    consumer: string,
    state: string,
  ) => Promise<readonly string[]>;
  readonly MOST_EVENTS: number;
}
