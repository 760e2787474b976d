import { fromTexts, msOf, type PostgresPool, toId } from '@gemini-events/postgres';
import type { TimelineQuestion } from '@gemini-events/read-model';

/** A run that an event of the job began; `at`: when it began. */
export interface RunOfJob {
  readonly at: number;
  readonly changed_at: number;
  readonly id: string;
  readonly event_id: string;
  readonly workflow: string;
  readonly state: string;
  /** Null where it does not wait. */
  readonly waits_for: string | null;
  readonly error_code: string | null;
  readonly error_message: string | null;
}

/** Reads the runs that the events of a job began. Throws as the pool does. */
export async function readRunsOfJob(
  pool: Pick<PostgresPool, 'query'>,
  { id, jobs }: TimelineQuestion,
): Promise<readonly RunOfJob[]> {
  const rows = await pool.query<RunOfJob>(
    `select ${msOf('started_at')} as at, ${msOf('changed_at')} as changed_at, id, event_id, workflow,
       state, waits_for, error_code, error_message
     from gemini_events.runs
     where resource_id = any($2::text[]) and (resource_id = $1 or event_id = $1) order by started_at`,
    [toId(id), jobs],
  );
  return rows.map(fromTexts);
}
