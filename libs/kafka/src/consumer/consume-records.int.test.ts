import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
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
import { consumeRecords, type HandleContext, type RecordConsumer } from './consume-records.ts';
import type { ConsumedRecord } from './consumed-record.ts';

const brokers = inject('stack').kafkaBrokers.split(',');
const kafka = new Kafka({ brokers, logLevel: logLevel.NOTHING });
const admin = kafka.admin();
const SOON = { timeout: 30_000, interval: 50 };

describe('consumed records', () => {
  let topic = '';
  let groupId = '';
  const consumers: RecordConsumer[] = [];

  const consume = (
    handle: (record: ConsumedRecord, context: HandleContext) => Promise<void>,
    options: { readonly drainGraceMs?: number } = {},
  ): RecordConsumer => {
    const consumer = consumeRecords({
      connection: { clientId: randomUUID(), brokers },
      groupId,
      topics: [topic],
      handle,
      onFailure: () => undefined,
      ...options,
    });
    consumers.push(consumer);
    return consumer;
  };
  const create = (numPartitions: number): Promise<void> =>
    createTopics(admin, [{ topic, numPartitions }]);
  /** One record per text, to partition 0; its key is the text before the colon. */
  const send = async (...texts: readonly string[]): Promise<void> => {
    const producer = kafka.producer();
    await producer.connect();
    const messages = texts.map((text) => ({
      key: text.split(':')[0] ?? null,
      value: text,
      partition: 0,
      headers: { 'webhook-id': `id of ${text}` },
    }));
    await producer.send({ topic, messages });
    await producer.disconnect();
  };
  const committed = async (): Promise<string | undefined> => {
    const [offsets] = await admin.fetchOffsets({ groupId, topics: [topic] });
    return offsets?.partitions.find(({ partition }) => partition === 0)?.offset;
  };
  const text = ({ value }: ConsumedRecord): string => value?.toString() ?? '';

  beforeAll(() => admin.connect());
  afterAll(() => admin.disconnect());
  beforeEach(() => {
    topic = `consumed-${randomUUID()}`;
    groupId = `group-${topic}`;
  });
  afterEach(async () => {
    await Promise.all(consumers.splice(0).map((consumer) => consumer.stop()));
    await admin.deleteTopics({ topics: [topic] });
  });

  it('begin at the earliest one, also when the topic comes after the consumer', async () => {
    const seen: ConsumedRecord[] = [];
    const consumer = consume(async (record) => void seen.push(record));
    expect(consumer.status().ok).toBe(false);
    await create(1);
    await send('a:1', 'b:2');
    await vi.waitFor(() => expect(seen.map(text)).toEqual(['a:1', 'b:2']), SOON);
    expect(seen[1]).toMatchObject({ topic, partition: 0, offset: 1n, key: Buffer.from('b') });
    expect(seen[1]?.headers).toEqual({ 'webhook-id': Buffer.from('id of b:2') });
    expect(consumer.status()).toEqual({ ok: true, detail: '1 partitions', partitions: 1 });
    await vi.waitFor(async () => expect(await committed()).toBe('2'), SOON);
  });

  it('of an aborted transaction are never seen', async () => {
    await create(1);
    const producer = kafka.producer({
      transactionalId: topic,
      idempotent: true,
      maxInFlightRequests: 1,
    });
    await producer.connect();
    const lost = await producer.transaction();
    await lost.send({ topic, messages: [{ value: 'lost' }] });
    await lost.abort();
    const kept = await producer.transaction();
    await kept.send({ topic, messages: [{ value: 'kept' }] });
    await kept.commit();
    await producer.disconnect();
    const seen: string[] = [];
    consume(async (record) => void seen.push(text(record)));
    // Four offsets: two records and two markers; all of them are committed past.
    await vi.waitFor(async () => expect(await committed()).toBe('4'), SOON);
    expect(seen).toEqual(['kept']);
  });

  it('are not committed past one that is not handled, and the rest goes on', async () => {
    await create(1);
    await send('a:1', 'b:2', 'a:3', 'c:4');
    const seen: string[] = [];
    let isMended = false;
    consume(async (record) => {
      if (text(record) === 'b:2' && !isMended) throw new Error('not yet');
      seen.push(text(record));
    });
    await vi.waitFor(() => expect(seen).toEqual(['a:1', 'c:4', 'a:3']), SOON);
    await vi.waitFor(async () => expect(await committed()).toBe('1'), SOON);
    isMended = true;
    await vi.waitFor(async () => expect(await committed()).toBe('4'), SOON);
    expect(seen).toEqual(['a:1', 'c:4', 'a:3', 'b:2']);
  });

  it('are finished before their partition goes to another consumer', async () => {
    await create(2);
    await send('a:1', 'a:2');
    const seen: string[] = [];
    consume(async (record, { draining }) => {
      seen.push(`start ${text(record)}`);
      if (text(record) === 'a:1') await once(draining, 'abort');
      seen.push(`end ${text(record)}`);
    });
    await vi.waitFor(() => expect(seen).toEqual(['start a:1']), SOON);
    const second = consume(async (record) => void seen.push(`other ${text(record)}`));
    await vi.waitFor(() => expect(second.status().ok).toBe(true), SOON);
    await vi.waitFor(async () => expect(await committed()).toBe('2'), SOON);
    expect(seen.filter((each) => each.includes('a:1'))).toEqual(['start a:1', 'end a:1']);
    expect(seen.filter((each) => each.endsWith('a:2') && !each.startsWith('end'))).toHaveLength(1);
  });

  it('that outlast the grace are let go and handled again', async () => {
    await create(1);
    await send('a:1');
    let starts = 0;
    const first = consume(
      async (_, { signal }) => {
        starts += 1;
        await once(signal, 'abort');
        signal.throwIfAborted();
      },
      { drainGraceMs: 100 },
    );
    await vi.waitFor(() => expect(starts).toBe(1), SOON);
    await first.stop();
    expect(await committed()).toBe('-1');
    const again: string[] = [];
    consume(async (record) => void again.push(text(record)));
    await vi.waitFor(() => expect(again).toEqual(['a:1']), SOON);
  });

  it('that are handled are not repeated after a stop, which finishes what runs', async () => {
    await create(1);
    await send('a:1');
    const started = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    const consumer = consume(async () => {
      started.resolve();
      await release.promise;
    });
    await started.promise;
    const stopping = consumer.stop();
    release.resolve();
    await stopping;
    expect(await committed()).toBe('1');
  });

  it('are waited for in vain without brokers, and the consumer still stops at once', async () => {
    await create(1);
    const failures: unknown[] = [];
    const consumer = consumeRecords({
      connection: { clientId: 'test', brokers: ['127.0.0.1:1'] },
      groupId,
      topics: [topic],
      handle: () => Promise.resolve(),
      onFailure: (error) => failures.push(error),
    });
    await vi.waitFor(() => expect(failures).not.toEqual([]), SOON);
    expect(consumer.status().ok).toBe(false);
    const stoppedAt = performance.now();
    await consumer.stop();
    expect(performance.now() - stoppedAt).toBeLessThan(2_000);
  });
});
