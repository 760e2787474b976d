import type { PostgresPool } from '@gemini-events/postgres';
import { toId } from '@gemini-events/postgres';

/** Which runs wait for which jobs. Throws as the pool does. */
export interface RunWaits {
  /** Before the job is looked at: an event that comes after that look finds the run here. */
  add(resourceId: string, runId: string): Promise<void>;
  remove(resourceId: string, runId: string): Promise<void>;
  of(resourceId: string): Promise<readonly string[]>;
}

export function createPostgresRunWaits(pool: Pick<PostgresPool, 'query'>): RunWaits {
  return {
    async add(resourceId, runId) {
      await pool.query(
        `insert into gemini_events.run_waits (resource_id, run_id, since)
         values ($1, $2, clock_timestamp()) on conflict do nothing`,
        [toId(resourceId), runId],
      );
    },
    async remove(resourceId, runId) {
      await pool.query(
        `delete from gemini_events.run_waits where resource_id = $1 and run_id = $2`,
        [toId(resourceId), runId],
      );
    },
    async of(resourceId) {
      const rows = await pool.query<{ id: string }>(
        `select run_id as id from gemini_events.run_waits where resource_id = $1`,
        [toId(resourceId)],
      );
      return rows.map(({ id }) => id);
    },
  };
}
