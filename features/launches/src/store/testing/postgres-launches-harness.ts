import type { PostgresPool } from '@gemini-events/postgres';
import type { LaunchesHarness } from '../launches.contract.ts';
import { createPostgresLaunches } from '../postgres-launches.ts';

/** An emptied ledger. Time passes by moving what is remembered into the past. */
export async function postgresLaunchesHarness(pool: PostgresPool): Promise<LaunchesHarness> {
  await pool.query('truncate gemini_events.launches');
  return {
    launches: createPostgresLaunches(pool),
    now: async () => {
      const [row] = await pool.query<{ now: number }>(
        'select extract(epoch from clock_timestamp())::double precision * 1000 as now',
      );
      return row?.now ?? 0;
    },
    passTime: async (ms) => {
      await pool.query(
        `update gemini_events.launches set begun_at = begun_at - passed,
           settled_at = settled_at - passed, announced_at = announced_at - passed
         from make_interval(secs => $1::double precision / 1000) as passed`,
        [ms],
      );
    },
  };
}
