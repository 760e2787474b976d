import { randomUUID } from 'node:crypto';
import { type EachMessagePayload, Kafka, logLevel } from 'kafkajs';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { createTopics } from '../admin/create-topics.ts';
import { createRecordProducer } from './create-record-producer.ts';
import { javaPartition } from './murmur2.ts';
import type { RecordProducer } from './record-producer.ts';

const brokers = inject('stack').kafkaBrokers.split(',');
const kafka = new Kafka({ brokers, logLevel: logLevel.NOTHING });
const admin = kafka.admin();
const topic = `producer-${randomUUID()}`;
const PARTITIONS = 12;

describe('the record producer on a broker', () => {
  let producer: RecordProducer | undefined;

  const start = (topics: readonly string[] = [topic]): RecordProducer => {
    producer = createRecordProducer({
      connection: { clientId: 'test', brokers },
      topics,
      deliveryTimeoutMs: 5_000,
      maxInFlightBytes: 10_000_000,
      events: { connected: () => undefined, lost: () => undefined },
    });
    return producer;
  };

  /** Reads the topic from its beginning until `count` records came. */
  async function read(count: number): Promise<EachMessagePayload[]> {
    const consumer = kafka.consumer({ groupId: randomUUID() });
    const seen: EachMessagePayload[] = [];
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    await consumer.run({
      eachMessage: (payload) => {
        seen.push(payload);
        return Promise.resolve();
      },
    });
    await vi.waitFor(() => expect(seen.length).toBeGreaterThanOrEqual(count), 20_000);
    await consumer.disconnect();
    return seen;
  }

  beforeAll(async () => {
    await admin.connect();
    await createTopics(admin, [{ topic, numPartitions: PARTITIONS }]);
  });
  afterEach(() => producer?.close());
  afterAll(async () => {
    await admin.deleteTopics({ topics: [topic] });
    await admin.disconnect();
  });

  it('has written key, value and headers, to the partition of Java, when publish resolves', async () => {
    const { publish } = start();
    const keys = Array.from({ length: 500 }, (_, i) => `batches/${i}-ü`);
    await Promise.all(
      keys.map((key) =>
        publish({
          topic,
          key,
          value: Buffer.from(`v ${key}`),
          headers: { 'gemini-x': `h ${key}` },
        }),
      ),
    );
    const offsets = await admin.fetchTopicOffsets(topic);
    expect(offsets.reduce((sum, { high }) => sum + Number(high), 0)).toBe(keys.length);
    const seen = await read(keys.length);
    expect(new Set(seen.map(({ message }) => message.key?.toString()))).toEqual(new Set(keys));
    for (const { message, partition } of seen) {
      const key = message.key?.toString() ?? '';
      expect(message.value?.toString()).toBe(`v ${key}`);
      expect(message.headers?.['gemini-x']?.toString()).toBe(`h ${key}`);
      expect(partition).toBe(javaPartition(Buffer.from(key), PARTITIONS));
    }
  });

  it('keeps the order of records of one key', async () => {
    const { publish } = start();
    const key = `order-${randomUUID()}`;
    const before = await admin.fetchTopicOffsets(topic);
    const values = Array.from({ length: 2_000 }, (_, i) => String(i));
    await Promise.all(
      values.map((value) => publish({ topic, key, value: Buffer.from(value), headers: {} })),
    );
    const total = before.reduce((sum, { high }) => sum + Number(high), 0) + values.length;
    const mine = (await read(total)).filter(({ message }) => message.key?.toString() === key);
    expect(mine.map(({ message }) => message.value?.toString())).toEqual(values);
  });

  it('says that a topic is missing, refuses at once, and needs no restart when it is made', async () => {
    const missing = `missing-${randomUUID()}`;
    const { publish, status } = start([missing]);
    await vi.waitFor(() => expect(status().detail).toContain(missing), 5_000);
    const record = { topic: missing, key: 'k', value: Buffer.from('v'), headers: {} };
    await expect(publish(record)).rejects.toMatchObject({ code: 'ERR_KAFKA_UNAVAILABLE' });
    await createTopics(admin, [{ topic: missing, numPartitions: 1 }]);
    await vi.waitFor(() => expect(status().ok).toBe(true), { timeout: 10_000, interval: 100 });
    await publish(record);
    await admin.deleteTopics({ topics: [missing] });
  });
});
