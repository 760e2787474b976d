import type { PostgresPool } from '@gemini-events/postgres';

/** What our side has to know of the engine's own rows. Throws as the pool does. */
export interface EngineRows {
  /** Executors that have runs under way. */
  executors(): Promise<readonly string[]>;
  /**
   * Runs that the engine has ended without our knowing, set to failed: where a process ended between two
   * writes, or one was taken over too often. Returns their ids.
   */
  settleLost(): Promise<readonly string[]>;
}

/** A run whose last change is as old has had the time to write its end. */
const SETTLED_S = 60;

/** @param schema of the engine's tables */
export function createPostgresEngineRows(
  pool: Pick<PostgresPool, 'query'>,
  schema: string,
): EngineRows {
  return {
    async executors() {
      const rows = await pool.query<{ id: string }>(
        `select distinct executor_id as id from ${schema}.workflow_status
         where status = 'PENDING' and executor_id is not null`,
      );
      return rows.map(({ id }) => id);
    },
    async settleLost() {
      const rows = await pool.query<{ id: string }>(
        `update gemini_events.runs r
         set state = 'failed', error_code = 'ERR_RUN_LOST', waits_for = null,
           error_message = 'the engine has ended it as ' || w.status, ended_at = clock_timestamp()
         from ${schema}.workflow_status w
         where w.workflow_uuid = r.id and r.state in ('running', 'waiting')
           and w.status in ('ERROR', 'CANCELLED', 'MAX_RECOVERY_ATTEMPTS_EXCEEDED')
           and r.changed_at < clock_timestamp() - make_interval(secs => ${SETTLED_S})
           and w.updated_at < (extract(epoch from clock_timestamp()) - ${SETTLED_S}) * 1000
         returning r.id`,
      );
      return rows.map(({ id }) => id);
    },
  };
}
