import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { type ServiceProcess, startService } from '../kit/service.ts';
import type { ReplayBed } from '../replay/bed.ts';

const TABLES = [
  'deliveries',
  'events',
  'jobs',
  'lane_steps',
  'lanes',
  'results',
  'dead_letters',
  'audit',
  'launched_jobs',
  'asked_approvals',
] as const;

export interface SyncProcess extends ServiceProcess {
  /** Ends it, and removes its log. */
  readonly close: () => Promise<void>;
}

export async function startSync(
  bed: Pick<ReplayBed, 'env'>,
  instance = 'sync-1',
  start: typeof startService = startService,
): Promise<SyncProcess> {
  const dir = await mkdtemp(join(tmpdir(), 'gemini-events-sync-'));
  const env = { ...bed.env, INSTANCE_ID: instance };
  const service = await start('consumers/sync', env, join(dir, 'sync.log'));
  return {
    ...service,
    async close() {
      await service.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** A checksum of each table, whatever the order of its rows. */
export async function checksums(db: Pool): Promise<Readonly<Record<string, string>>> {
  const sums: Record<string, string> = {};
  for (const table of TABLES) {
    const { rows } = await db.query<{ sum: string; count: number }>(
      `select count(*)::int as count,
         md5(coalesce(string_agg(t::text, E'\\n' order by t::text), '')) as sum
       from gemini_events.${table} t`,
    );
    sums[table] = `${rows[0]?.count} ${rows[0]?.sum}`;
  }
  return sums;
}

export async function countOf(db: Pool, table: string, where = 'true'): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    `select count(*)::int as count from gemini_events.${table} where ${where}`,
  );
  return rows[0]?.count ?? 0;
}
