import type { PostgresPool } from '@gemini-events/postgres';
import { fromText } from '@gemini-events/postgres';

/** More than that is no list any more. */
export const MOST_EVENTS = 100_000;

/**
 * Ids of events by where a consumer stands with them, the newest first; at most one more than MOST_EVENTS.
 * @param state of its lane; `none`: it has told nothing of the event
 */
export async function eventsByLane(
  pool: Pick<PostgresPool, 'query'>,
  consumer: string,
  state: string,
): Promise<readonly string[]> {
  const rows = await pool.query<{ id: string }>(
    `select distinct on (e.received_at, e.event_id) e.event_id as id
     from gemini_events.events e left join gemini_events.lanes l
       on l.event_id = e.event_id and l.source = e.source and l.resource_id = e.resource_id
         and l.consumer = $1
     where coalesce(l.state, 'none') = $2
     order by e.received_at desc, e.event_id limit ${MOST_EVENTS + 1}`,
    [consumer, state],
  );
  return [...new Set(rows.map(({ id }) => fromText(id)))];
}
