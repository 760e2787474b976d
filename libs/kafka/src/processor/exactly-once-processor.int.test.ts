import { randomUUID } from 'node:crypto';
import { Kafka, logLevel } from 'kafkajs';
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  inject,
  it,
  vi,
} from 'vitest';
import { createTopics } from '../admin/create-topics.ts';
import { ExactlyOnceProcessor } from './exactly-once-processor.ts';
import type { ProcessorEvents } from './options.ts';
import { createDistinct, silent } from './testing/distinct.ts';

const brokers = inject('stack').kafkaBrokers.split(',');
const kafka = new Kafka({ brokers, logLevel: logLevel.NOTHING });
const admin = kafka.admin();
const PARTITIONS = 3;

let prefix = '';
const open: (() => Promise<void>)[] = [];

function startProcessor(
  instance: string,
  options: {
    events?: Partial<ProcessorEvents>;
    onRestore?: (value: string) => void;
    allowOffsetReset?: boolean;
  } = {},
) {
  const processor = new ExactlyOnceProcessor({
    connection: { clientId: `test-${instance}`, brokers },
    groupId: `${prefix}.group`,
    transactionalId: `${prefix}.${instance}`,
    inputTopic: `${prefix}.input`,
    changelogTopic: `${prefix}.changelog`,
    createLogic: () => createDistinct(`${prefix}.output`, options.onRestore),
    allowOffsetReset: options.allowOffsetReset ?? false,
    events: { ...silent(), ...options.events },
  });
  processor.start();
  const stop = () => processor.stop();
  open.push(stop);
  return { processor, stop };
}

async function produce(values: readonly string[]): Promise<void> {
  const producer = kafka.producer();
  await producer.connect();
  await producer.send({
    topic: `${prefix}.input`,
    messages: values.map((value) => ({ key: value, value })),
  });
  await producer.disconnect();
}

/** Everything on the output that a read_committed reader sees. */
async function readOutput(): Promise<{ values: string[]; stop: () => Promise<void> }> {
  const consumer = kafka.consumer({ groupId: randomUUID(), maxWaitTimeInMs: 100 });
  const values: string[] = [];
  await consumer.connect();
  await consumer.subscribe({ topics: [`${prefix}.output`], fromBeginning: true });
  await consumer.run({
    eachMessage: async ({ message }) => {
      values.push(String(message.value));
    },
  });
  const stop = () => consumer.disconnect();
  open.push(stop);
  return { values, stop };
}

/** Sets the group's offset of every partition; the group must have no member. */
const commitAt = (offset: string): Promise<void> =>
  until(() =>
    admin.setOffsets({
      groupId: `${prefix}.group`,
      topic: `${prefix}.input`,
      partitions: Array.from({ length: PARTITIONS }, (_, partition) => ({ partition, offset })),
    }),
  );

const until = (condition: () => void | Promise<void>) =>
  vi.waitFor(condition, { timeout: 40_000, interval: 50 });

beforeEach(async () => {
  prefix = `test-${randomUUID()}`;
  await createTopics(
    admin,
    ['input', 'output', 'changelog'].map((name) => ({
      topic: `${prefix}.${name}`,
      numPartitions: PARTITIONS,
    })),
  );
});

afterEach(async () => {
  await Promise.all(open.splice(0).map((stop) => stop()));
});

beforeAll(() => admin.connect());
afterAll(() => admin.disconnect());

describe('exactly-once processor on Kafka', () => {
  it('writes each value once and commits its offsets with it', async () => {
    await produce(['a', 'b', 'a', 'c', 'b']);
    const { processor } = startProcessor('one');
    const output = await readOutput();
    await until(() => expect([...output.values].sort()).toEqual(['a', 'b', 'c']));
    await until(() => expect(processor.status()).toMatchObject({ joined: true, ready: true }));
    const [offsets] = await admin.fetchOffsets({
      groupId: `${prefix}.group`,
      topics: [`${prefix}.input`],
    });
    const consumed = offsets?.partitions.reduce(
      (sum, { offset }) => sum + Math.max(0, Number(offset)),
      0,
    );
    expect(consumed).toBe(5);
  });

  it('is ready with nothing to read, its partitions restored', async () => {
    const { processor } = startProcessor('one');
    await until(() => {
      const { ready, tasks } = processor.status();
      expect(ready).toBe(true);
      expect(tasks.map(({ state }) => state)).toEqual(['running', 'running', 'running']);
    });
  });

  it('remembers over a restart, out of the changelog', async () => {
    const output = await readOutput();
    const first = startProcessor('one');
    await produce(['a', 'b']);
    await until(() => expect(output.values).toHaveLength(2));
    await first.stop();
    const restored: string[] = [];
    startProcessor('one', { onRestore: (value) => restored.push(value) });
    await produce(['a', 'b', 'c']);
    await until(() => expect(output.values).toHaveLength(3));
    expect([...restored].sort()).toEqual(['a', 'b']);
    expect([...output.values].sort()).toEqual(['a', 'b', 'c']);
  });

  it('hands partitions to a second instance, which knows what the first one published', async () => {
    const output = await readOutput();
    const values = Array.from({ length: 60 }, (_, index) => `v${index}`);
    const first = startProcessor('one');
    await produce(values);
    await until(() => expect(output.values).toHaveLength(60));
    const second = startProcessor('two');
    await until(() => {
      expect(first.processor.status()).toMatchObject({ ready: true });
      expect(second.processor.status()).toMatchObject({ ready: true });
      expect(second.processor.status().tasks.length).toBeGreaterThan(0);
    });
    await produce([...values, 'last']);
    await until(() => expect(output.values).toContain('last'));
    await first.stop();
    await produce([...values, 'later']);
    await until(() => expect(output.values).toContain('later'));
    expect(new Set(output.values).size).toBe(output.values.length);
    expect(output.values).toHaveLength(62);
  });

  it('refuses to go on when offsets were lost although the changelog has held values', async () => {
    const output = await readOutput();
    const first = startProcessor('one');
    await produce(['a']);
    await until(() => expect(output.values).toEqual(['a']));
    await first.stop();
    await until(async () => {
      await admin.deleteGroups([`${prefix}.group`]);
    });
    const fatal = vi.fn();
    const refused = startProcessor('one', { events: { fatal } });
    await until(() =>
      expect(fatal).toHaveBeenCalledWith(
        expect.objectContaining({ code: 'ERR_DEDUP_OFFSETS_LOST' }),
      ),
    );
    expect(refused.processor.status().ready).toBe(false);
    await refused.stop();
    const allowed = startProcessor('one', { allowOffsetReset: true });
    await until(() => expect(allowed.processor.status().ready).toBe(true));
  });

  it('refuses to go on when the input ends before the committed offset', async () => {
    const output = await readOutput();
    const first = startProcessor('one');
    await produce(['a']);
    await until(() => expect(output.values).toEqual(['a']));
    await first.stop();
    await commitAt('1000');
    const fatal = vi.fn();
    const refused = startProcessor('one', { events: { fatal } });
    await until(() =>
      expect(fatal).toHaveBeenCalledWith(
        expect.objectContaining({ code: 'ERR_DEDUP_OFFSETS_LOST' }),
      ),
    );
    await refused.stop();
    const allowed = startProcessor('one', { allowOffsetReset: true });
    await produce(['a', 'b']);
    await until(() => expect(output.values).toEqual(['a', 'b']));
    expect(allowed.processor.status().ready).toBe(true);
  });

  it('tells of records that retention removed unread, and goes on behind them', async () => {
    await produce(['a', 'b', 'c', 'd', 'e', 'f']);
    await commitAt('0');
    const topic = `${prefix}.input`;
    const held = await admin.fetchTopicOffsets(topic);
    await admin.deleteTopicRecords({
      topic,
      partitions: held.map(({ partition, offset }) => ({ partition, offset })),
    });
    const gap = vi.fn();
    const output = await readOutput();
    startProcessor('one', { events: { gap } });
    await produce(['g']);
    await until(() => expect(output.values).toEqual(['g']));
    const told = gap.mock.calls.map(([partition, from, to]) => ({ partition, from, to }));
    const gone = held
      .filter(({ offset }) => offset !== '0')
      .map(({ partition, offset }) => ({ partition, from: 0, to: Number(offset) }));
    expect(told).toHaveLength(gone.length);
    expect(told).toEqual(expect.arrayContaining(gone));
    // The client found its offsets out of range; it must not have committed a placeholder for them.
    const [offsets] = await admin.fetchOffsets({ groupId: `${prefix}.group`, topics: [topic] });
    expect(offsets?.partitions.filter(({ offset }) => Number(offset) < 0)).toEqual([]);
  });

  it('commits runs of nothing but repeats one right behind the other', async () => {
    const failed = vi.fn();
    let committed = 0;
    const { processor } = startProcessor('one', {
      events: { failed, committed: (records) => (committed += records) },
    });
    await until(() => expect(processor.status().ready).toBe(true));
    const producer = kafka.producer();
    await producer.connect();
    for (let count = 0; count < 60; count += 1) {
      await producer.send({ topic: `${prefix}.input`, messages: [{ key: 'a', value: 'a' }] });
    }
    await producer.disconnect();
    await until(() => expect(committed).toBe(60));
    expect(failed.mock.calls).toEqual([]);
  });
});
