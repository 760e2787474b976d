import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedKafka, startKafka } from '@gemini-events/stack';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { FeedBed, keep, numbered } from './testing/feed-bed.ts';

let dataDir: string;
let kafka: EmbeddedKafka;
let bed: FeedBed;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'feed-outage-'));
  kafka = await startKafka({ dataDir });
  bed = new FeedBed([kafka.brokers]);
}, 120_000);
afterAll(async () => {
  await bed?.end();
  await kafka?.stop();
  await rm(dataDir, { recursive: true, force: true });
});

const until = (condition: () => void | Promise<void>) =>
  vi.waitFor(condition, { timeout: 60_000, interval: 20 });

it('a feed outlives a broker that goes and comes back, and loses nothing of what was not settled', async () => {
  await bed.create(2);
  await bed.send(0, numbered(3));
  const lost = vi.fn();
  const { feed, taken, waiting, forced } = bed.start({
    onTake: keep,
    async onOpen(partition, over) {
      over.lost.addEventListener('abort', () => lost(partition), { once: true });
    },
  });
  await until(() => expect(waiting).toHaveLength(3));
  waiting[0]?.settle();
  await until(async () => expect(await bed.committed(0)).toBe(1));
  await kafka.crash();
  await until(() => expect(feed.status()).toEqual({ joined: false, partitions: [] }));
  expect(lost.mock.calls.flat().toSorted((a, b) => a - b)).toEqual([0, 1]);
  expect(forced).toEqual([0, 1]);
  await kafka.restart();
  await until(() => expect(feed.status().joined).toBe(true));
  // What was taken and not settled comes again.
  await until(() => expect(taken).toHaveLength(5));
  expect(taken.slice(3)).toEqual(taken.slice(1, 3));
  for (const record of waiting) record.settle();
  await bed.send(1, ['later']);
  await until(() => expect(taken).toHaveLength(6));
  waiting.at(-1)?.settle();
  await until(async () => {
    expect(await bed.committed(0)).toBe(3);
    expect(await bed.committed(1)).toBe(1);
  });
}, 150_000);
