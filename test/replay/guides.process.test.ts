import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createPool, migrate } from '@gemini-events/postgres';
import { createPostgresReplays } from '@gemini-events/replays';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { guideCommands, readGuide } from '../e2e/guide-commands.ts';
import { countOf, type SyncProcess, startSync } from '../sync/sync-process.ts';
import { makeReplayBed, type ReplayBed } from './bed.ts';

/** In the text of the guides. */
const EXAMPLE_ID = '20261125-4f0c1a';

/** The words of a command line, as a shell would make them. */
function words(line: string): readonly string[] {
  return [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, plain]) => double ?? single ?? plain ?? '',
  );
}

describe('the commands of the guides', () => {
  let bed: ReplayBed;
  let sync: SyncProcess;

  beforeAll(async () => {
    bed = await makeReplayBed(inject('stack'));
    sync = await startSync(bed);
    const event = { resource: 'batches/b1', type: 'batch.succeeded', at: Date.now() - 60_000 };
    await bed.publishEvents(
      Array.from({ length: 50 }, (_, at) => ({ ...event, id: `msg-${at}` })),
      1,
    );
    // A place for the consumer, as it has one when it has run.
    const admin = bed.kafka.admin();
    await admin.connect();
    await admin.setOffsets({
      groupId: `${bed.prefix}.results`,
      topic: bed.topics.events('batch'),
      partitions: [{ partition: 0, offset: '0' }],
    });
    await admin.disconnect();
    // The replay that the text speaks of.
    const pool = createPool({
      connectionString: bed.databaseUrl,
      applicationName: 'test',
      size: 1,
    });
    await migrate(pool);
    const plan = { consumer: 'results', topic: bed.topics.replay('results'), partitions: 12 };
    const filter = { types: [], resources: [], sources: [], labels: {}, eventIds: null };
    await createPostgresReplays(pool).add({
      id: EXAMPLE_ID,
      kind: 'replay',
      target: 'results',
      actor: 'ann',
      reason: null,
      plan: {
        ...plan,
        ranges: [],
        filter: { ...filter, since: null, until: null },
        effects: 'skip',
        perSecond: null,
      },
      total: 0,
      createdAt: Date.now(),
    });
    await pool.close();
    while ((await countOf(bed.db, 'events')) < 50) await delay(200);
    writeFileSync(join(bed.cwd, 'ids.txt'), 'msg-1\nmsg-2\n');
  });
  afterAll(async () => {
    await sync.close();
    await bed?.close();
  });

  it.each(['replay.md', 'from-polling.md'])('%s: each of them does what is said', async (guide) => {
    const commands = guideCommands(readGuide(guide));
    expect(commands.length).toBeGreaterThan(3);
    for (const line of commands) {
      const [program, ...args] = words(line);
      expect(program).toBe('gemini-events');
      const run = bed.cli(...args);
      expect({ line, code: await run.ended, stderr: run.stderr() }).toMatchObject({
        line,
        code: 0,
      });
    }
  });

  it('every option in the table of replay.md is one of the command', async () => {
    const run = bed.cli('replay', 'start', '--help');
    expect(await run.ended).toBe(0);
    const guide = readFileSync(join(import.meta.dirname, '../../docs/guides/replay.md'), 'utf8');
    for (const [, option = ''] of guide.matchAll(/`(--[a-z-]+)/g)) {
      if (option === '--max-redrives' || option === '--all') continue;
      expect(run.stdout()).toContain(option);
    }
  });
});
