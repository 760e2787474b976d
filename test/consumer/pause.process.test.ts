import { createDecoder } from '@gemini-events/kafka/codec';
import { javaPartition } from '@gemini-events/kafka/murmur2';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { runCli } from '../../services/cli/src/run-cli.ts';
import { type Bed, type Instance, makeBed } from './bed.ts';
import { readTopic } from './read-topic.ts';

const SOON = { timeout: 50_000, interval: 100 };
const KEYS = ['a', 'b', 'c', 'd', 'e', 'f'];

describe('a consumer that is paused by hand', () => {
  let bed: Bed;
  beforeAll(async () => {
    bed = await makeBed(inject('stack'), 'fixture', 'declared');
  });
  afterAll(() => bed?.close());

  const effects = async (): Promise<readonly string[]> =>
    (await bed.db.query('select event_id from effects order by seq')).rows.map(
      ({ event_id }: { event_id: string }) => event_id,
    );
  const consumers = async (...args: readonly string[]) => {
    let out = '';
    let talk = '';
    const { kafkaBrokers, schemaRegistryUrl } = inject('stack');
    const code = await runCli(['consumers', ...args], {
      env: {
        KAFKA_BROKERS: kafkaBrokers,
        SCHEMA_REGISTRY_URL: schemaRegistryUrl,
        DATABASE_URL: bed.databaseUrl,
        TOPIC_PREFIX: bed.prefix,
      },
      out: (text) => (out += text),
      talk: (text) => (talk += text),
    });
    return { code, talk, said: out.startsWith('{') || out.startsWith('[') ? JSON.parse(out) : out };
  };
  const audited = async () => {
    const decoder = createDecoder(bed.registry);
    const read = await readTopic(bed, bed.topics.audit);
    const decoded = await Promise.all(read.map(({ value }) => decoder.decode(value as Buffer)));
    return decoded
      .map(({ value }) => value as unknown as { action: string; subject: string; at: number })
      .toSorted((one, other) => one.at - other.at)
      .map(({ at: _at, ...entry }) => entry);
  };
  const pausedPartitions = async ({ adminUrl }: Instance): Promise<number> => {
    const metrics = await (await fetch(`${adminUrl}/metrics`)).text();
    return metrics.match(/^gemini_events_consumer_paused\{.*\} 1$/gm)?.length ?? 0;
  };
  const launch = async (name: string, retryDelaysMs = '[1,1,1]'): Promise<Instance> => {
    const instance = await bed.launch(name, { RETRY_DELAYS_MS: retryDelaysMs });
    await vi.waitFor(async () => expect(await instance.isReady()).toBe(true), SOON);
    return instance;
  };

  it('begins nothing, neither new events nor parked ones, over restarts, until it is resumed', async () => {
    let instance = await launch('one');
    const paused = await consumers(
      'pause',
      'fixture',
      '--actor',
      'ann',
      '--reason',
      'a move',
      '--json',
    );
    expect(paused).toMatchObject({ code: 0, said: { changed: true, paused: [null] } });
    await vi.waitFor(async () => expect(await pausedPartitions(instance)).toBe(12), SOON);

    await bed.publish(
      KEYS.map((key) => ({ id: `${key}1`, resource: `batches/${key}`, do: 'fail 1' })),
    );
    await instance.stop();
    instance = await launch('one');
    // It has its partitions, knows what waits in them, and takes none of it.
    await vi.waitFor(async () => {
      const { said } = await consumers('ls', '--json');
      expect(said).toMatchObject([
        { consumer: 'agent' },
        {
          consumer: 'fixture',
          members: 1,
          lag: KEYS.length,
          pauses: [{ actor: 'ann', reason: 'a move' }],
        },
        { consumer: 'notifier' },
        { consumer: 'results' },
      ]);
    }, SOON);
    await vi.waitFor(async () => expect(await pausedPartitions(instance)).toBe(12), SOON);
    expect(await effects()).toEqual([]);

    expect(await consumers('resume', 'fixture', '--actor', 'bob', '--json')).toMatchObject({
      said: { changed: true, paused: [] },
    });
    await vi.waitFor(async () => expect(await effects()).toHaveLength(KEYS.length), SOON);
    expect(await audited()).toEqual([
      { actor: 'ann', action: 'consumer.pause', subject: 'fixture', reason: 'a move', details: {} },
      { actor: 'bob', action: 'consumer.resume', subject: 'fixture', reason: null, details: {} },
    ]);
    await instance.stop();
  }, 150_000);

  it('a dry run, a repetition and a wrong name change nothing and leave no entry', async () => {
    const before = await audited();
    expect(
      await consumers('pause', 'fixture', '--partition', '1', '--dry-run', '--json'),
    ).toMatchObject({
      code: 0,
      said: { changed: true, dryRun: true, paused: [1] },
    });
    expect((await consumers('resume', 'fixture', '--json')).said).toMatchObject({ changed: false });
    const wrong = await consumers('pause', 'fixtures');
    expect(wrong.code).toBe(1);
    expect(wrong.talk).toContain(
      'ERR_CONSUMER_UNKNOWN: there is no consumer fixtures; known are agent, fixture, notifier, results',
    );
    expect(await audited()).toEqual(before);
  });

  it('begins no parked record that falls due meanwhile', async () => {
    const instance = await launch('one', '[10000]');
    await bed.publish([{ id: 'parked', resource: 'batches/parked', do: 'fail 1' }]);
    const parkedAs = async (what: string): Promise<number> =>
      (await bed.db.query(`select count(*)::int as records from gemini_events.parking ${what}`))
        .rows[0].records;
    await vi.waitFor(async () => expect(await parkedAs('')).toBe(1), SOON);
    await consumers('pause', 'fixture');
    await vi.waitFor(async () => expect(await pausedPartitions(instance)).toBe(12), SOON);
    // A poll of what is due, twice a second, has passed it over by then.
    const overdue = "where due_at < now() - interval '2 s'";
    await vi.waitFor(async () => expect(await parkedAs(overdue)).toBe(1), SOON);
    expect(await effects()).not.toContain('parked');
    await consumers('resume', 'fixture');
    await vi.waitFor(async () => expect(await effects()).toContain('parked'), SOON);
    await instance.stop();
  }, 150_000);

  it('holds up only the partition that is paused', async () => {
    await consumers('pause', 'fixture', '--partition', '0');
    const instance = await launch('one');
    await vi.waitFor(async () => expect(await pausedPartitions(instance)).toBe(1), SOON);
    const many = Array.from({ length: 60 }, (_, at) => ({
      id: `m${at}`,
      resource: `batches/${at}`,
    }));
    const held = many.filter(
      ({ resource }) => javaPartition(Buffer.from(resource), 12) === 0,
    ).length;
    expect(held).toBeGreaterThan(0);
    const before = (await effects()).length;
    await bed.publish(many);
    await vi.waitFor(async () => {
      const { said } = await consumers('ls', '--json');
      expect(said).toMatchObject([{}, { consumer: 'fixture', lag: held }, {}, {}]);
      expect((await effects()).length).toBe(before + many.length - held);
    }, SOON);
    await consumers('resume', 'fixture', '--partition', '0');
    await vi.waitFor(async () => expect(await effects()).toHaveLength(before + many.length), SOON);
    await instance.stop();
  }, 150_000);
});
