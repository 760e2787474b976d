import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { runCli } from '../kit/cli.ts';
import type { ServiceProcess } from '../kit/service.ts';
import { makeResultsBed, type ResultsBed, untilReady } from '../results/bed.ts';

const JOBS = 8;
const SOON = { timeout: 40_000, interval: 200 };

describe('a replay to the results consumer', () => {
  const stack = inject('stack');
  let dir = '';
  let bed: ResultsBed;
  let consumer: ServiceProcess;
  /** Events that the consumer has ended, by how. */
  const ended = async (state: string): Promise<number> => {
    const found = new RegExp(`consumer_events_total\\{state="${state}"\\} (\\d+)`).exec(
      await consumer.metrics(),
    );
    return Number(found?.[1] ?? 0);
  };
  const replay = async (...args: readonly string[]): Promise<{ events: number }> => {
    const run = runCli(['replay', '--to', 'results', '--from', 'batch', ...args, '--json'], {
      cwd: dir,
      env: {
        KAFKA_BROKERS: stack.kafkaBrokers,
        SCHEMA_REGISTRY_URL: stack.schemaRegistryUrl,
        TOPIC_PREFIX: bed.prefix,
        DATABASE_URL: bed.databaseUrl,
      },
    });
    const code = await run.ended;
    if (code !== 0) throw new Error(`ended with ${code}: ${run.stderr()}`);
    return JSON.parse(run.stdout()) as { events: number };
  };
  const calls = (): Promise<Readonly<Record<string, number>>> =>
    bed.call('GET', '/simulator/calls');

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'replay-results-'));
    bed = await makeResultsBed(stack, { dir, outputBytes: 20_000 });
    consumer = await untilReady(await bed.launchResults('i1'));
    const resources = await Promise.all(Array.from({ length: JOBS }, () => bed.createBatch()));
    await bed.publish(resources.map((resource, at) => ({ id: `e${at}`, resource })));
    while ((await ended('done')) < JOBS) await delay(200);
  });
  afterAll(async () => {
    await bed?.close();
    await rm(dir, { recursive: true, force: true });
  });

  it('P7: with skip asks Gemini for nothing that is done', async () => {
    const before = await calls();
    expect(await replay()).toMatchObject({ events: JOBS });
    await vi.waitFor(async () => expect(await ended('repeat')).toBe(JOBS), SOON);
    expect(await calls()).toEqual(before);
    expect(await bed.results()).toHaveLength(JOBS);
  });

  it('with again announces what is stored once more, and downloads nothing', async () => {
    const before = await calls();
    await replay('--effects', 'again', '--reason', 'the announcements were lost');
    await vi.waitFor(async () => expect(await bed.results()).toHaveLength(2 * JOBS), SOON);
    expect(await calls()).toEqual(before);
  });
});
