import type { PostgresPool } from '@gemini-events/postgres';
import type { PoolClient } from 'pg';
import type { InboxHarness } from '../inbox/inbox.contract.ts';
import { createPostgresInbox } from '../inbox/postgres-inbox.ts';

/** An emptied inbox. Time passes by moving what is remembered into the past. */
export async function postgresInboxHarness(pool: PostgresPool): Promise<InboxHarness<PoolClient>> {
  await pool.query('truncate gemini_events.inbox');
  return {
    inbox: createPostgresInbox(pool),
    now: async () => {
      const [row] = await pool.query<{ now: number }>(
        'select extract(epoch from clock_timestamp())::double precision * 1000 as now',
      );
      return row?.now ?? 0;
    },
    passTime: async (ms) => {
      await pool.query(
        `update gemini_events.inbox set lease_until = lease_until - passed,
           created_at = created_at - passed, finished_at = finished_at - passed
         from make_interval(secs => $1::double precision / 1000) as passed`,
        [ms],
      );
    },
  };
}
