import { setTimeout as delay } from 'node:timers/promises';
import { launchService } from '../../kit/service.ts';
import { withStack } from '../../kit/with-stack.ts';
import { makeReplayBed } from '../../replay/bed.ts';
import { checksums, countOf, startSync } from '../../sync/sync-process.ts';
import { startLink } from './breakable-link.ts';

const PER_SECOND = 200;
const LIMIT_MS = 120_000;

/**
 * Events come in while Postgres is away for minutes, and sync is killed in between: it loses nothing,
 * catches up, and what it then holds is what a rebuild gives.
 */
export function runSyncChaos(options: {
  readonly awaySeconds: number;
  readonly say: (line: string) => void;
}): Promise<readonly string[]> {
  const { awaySeconds, say } = options;
  return withStack('chaos', async (stack) => {
    const bed = await makeReplayBed(stack);
    const url = new URL(bed.databaseUrl);
    const link = await startLink({ host: url.hostname, port: Number(url.port) });
    url.hostname = '127.0.0.1';
    url.port = String(link.port);
    const env = { ...bed.env, DATABASE_URL: url.href };
    let sync = await startSync({ env }, 'one');
    let published = 0;
    const publish = async (seconds: number): Promise<void> => {
      for (let second = 0; second < seconds; second += 1) {
        const startedAt = performance.now();
        const given = Array.from({ length: PER_SECOND }, (_, at) => ({
          id: `msg-${published + at}`,
          resource: `batches/b${(published + at) % 5_000}`,
          type: 'batch.succeeded',
          at: Date.now(),
        }));
        await bed.publishEvents(given, 1);
        published += given.length;
        await delay(Math.max(0, 1_000 - (performance.now() - startedAt)));
      }
    };
    const untilCaughtUp = async (): Promise<number> => {
      const startedAt = performance.now();
      const isBehind = async (): Promise<boolean> =>
        (await countOf(bed.db, 'events')) < published ||
        (await countOf(bed.db, 'deliveries')) < published;
      while (await isBehind()) {
        if (performance.now() - startedAt > LIMIT_MS) break;
        await delay(100);
      }
      return performance.now() - startedAt;
    };
    try {
      await publish(5);
      await untilCaughtUp();
      await link.cut();
      say(`  Postgres away for ${awaySeconds} s, ${PER_SECOND} events/s`);
      await publish(Math.ceil(awaySeconds / 2));
      sync.kill('SIGKILL');
      await sync.exited;
      // It cannot become ready yet.
      sync = await startSync({ env }, 'one', launchService);
      await publish(Math.floor(awaySeconds / 2));
      await link.mend();
      const caughtUpMs = await untilCaughtUp();
      say(`  back; ${published} events, caught up after ${(caughtUpMs / 1_000).toFixed(1)} s`);
      const faults: string[] = [];
      for (const table of ['events', 'deliveries']) {
        const count = await countOf(bed.db, table);
        if (count !== published) faults.push(`${count} of ${published} ${table}`);
      }
      const before = await checksums(bed.db);
      await bed.json('read-model', 'rebuild');
      await untilCaughtUp();
      const { audit: _, ...after } = await checksums(bed.db);
      for (const [table, sum] of Object.entries(after)) {
        if (sum !== before[table]) faults.push(`${table} differs after a rebuild`);
      }
      return faults;
    } finally {
      await sync.close();
      await link.cut();
      await bed.close();
    }
  });
}
