import { fromTexts, msOf, type PostgresPool } from '@gemini-events/postgres';
import type { TimelineQuestion } from '@gemini-events/read-model';

/** A call that made the job, or that continues it. `at`: milliseconds since 1970. */
export interface LaunchedJob {
  readonly at: number;
  /** False: it continues the job. */
  readonly is_own: boolean;
  readonly resource_id: string;
  readonly kind: string;
  readonly key: string;
  readonly model: string | null;
  readonly owner: string | null;
  readonly route: string | null;
  readonly previous_id: string | null;
  readonly run_id: string | null;
}

/** Reads the call that made a job, and those that continue it. Throws as the pool does. */
export async function readLaunchedJobs(
  pool: Pick<PostgresPool, 'query'>,
  { jobs }: TimelineQuestion,
): Promise<readonly LaunchedJob[]> {
  const rows = await pool.query<LaunchedJob>(
    `select ${msOf('launched_at')} as at, resource_id = any($1::text[]) as is_own, resource_id, kind,
       key, model, owner, route, previous_id, run_id
     from gemini_events.launched_jobs
     where resource_id in (select unnest($1::text[]) union
       select l.resource_id from gemini_events.launched_jobs l where l.previous_id = any($1::text[]))
     order by launched_at, resource_id`,
    [jobs],
  );
  return rows.map(fromTexts);
}
