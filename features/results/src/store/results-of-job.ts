import { fromTexts, msOf, type PostgresPool, toId } from '@gemini-events/postgres';
import type { TimelineQuestion } from '@gemini-events/read-model';

/** A stored output of the job; `at`: milliseconds since 1970. */
export interface ResultOfJob {
  readonly at: number;
  readonly event_id: string;
  readonly status: string;
  readonly size_bytes: number;
  readonly row_count: number | null;
  readonly failed_row_count: number | null;
  readonly object_uri: string;
}

/** Reads the stored outputs of a job, or of one event. Throws as the pool does. */
export async function readResultsOfJob(
  pool: Pick<PostgresPool, 'query'>,
  { id }: TimelineQuestion,
): Promise<readonly ResultOfJob[]> {
  const rows = await pool.query<ResultOfJob>(
    `select ${msOf('stored_at')} as at, event_id, status, size_bytes::float8 as size_bytes,
       row_count::float8 as row_count, failed_row_count::float8 as failed_row_count, object_uri
     from gemini_events.results where resource_id = $1 or event_id = $1 order by stored_at`,
    [toId(id)],
  );
  return rows.map(fromTexts);
}
