import type { PostgresPool } from '@gemini-events/postgres';
import { toId } from '@gemini-events/postgres';

export type JobLabels = Readonly<Record<string, string>>;

const NONE: JobLabels = {};

/**
 * The labels that jobs were launched with, in the order of their ids; none for a job that nobody has
 * registered. Throws as the pool does.
 */
export async function labelsOfJobs(
  pool: Pick<PostgresPool, 'query'>,
  resourceIds: readonly string[],
): Promise<readonly JobLabels[]> {
  const rows = await pool.query<{ id: string; labels: JobLabels }>(
    `select resource_id as id, labels from gemini_events.launches where resource_id = any($1::text[])`,
    [resourceIds.map(toId)],
  );
  const byId = new Map(rows.map(({ id, labels }) => [id, labels]));
  return resourceIds.map((id) => byId.get(toId(id)) ?? NONE);
}
