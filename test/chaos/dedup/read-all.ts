import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { createKafkaJs } from '@gemini-events/kafka/connection';
import type { Kafka } from 'kafkajs';

/** A record as the verifier sees it. */
export interface SeenRecord {
  /** `topic-partition-offset` */
  readonly place: string;
  readonly key: string;
  readonly webhookId: string;
  readonly bodyDigest: string;
  /** Why it was quarantined; empty elsewhere. */
  readonly reason: string;
}

export interface TopicReader {
  /** Waits until all that the topics hold now was read, and ends. In order per partition. */
  readonly readToEnd: () => Promise<readonly SeenRecord[]>;
  readonly stop: () => Promise<void>;
}

const LIMIT_MS = 120_000;

/**
 * Reads topics from their beginning and goes on as they grow, through any outage: by kafkajs, whose
 * code shares nothing with what dedup reads and writes with.
 */
export async function startReader(
  brokers: readonly string[],
  topics: readonly string[],
  { readUncommitted = false } = {},
): Promise<TopicReader> {
  const kafka = createKafkaJs({ clientId: 'chaos-verifier', brokers });
  const consumer = kafka.consumer({
    groupId: `chaos-verifier-${randomUUID()}`,
    readUncommitted,
    // After a broker was killed the group waits for the member that it knew before.
    sessionTimeout: 10_000,
    rebalanceTimeout: 10_000,
    retry: { retries: 1_000, initialRetryTime: 100, maxRetryTime: 1_000 },
  });
  /** By place: after an outage some are read again. */
  const seen = new Map<string, SeenRecord>();
  const read = new Map<string, number>();
  await consumer.connect();
  // Told also for batches that held nothing for us, such as markers of transactions.
  consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload }) => {
    const { topic, partition, lastOffset } = payload;
    read.set(`${topic}-${partition}`, Number(lastOffset) + 1);
  });
  await consumer.subscribe({ topics: [...topics], fromBeginning: true });
  await consumer.run({
    autoCommitInterval: 5_000,
    eachBatch: ({ batch: { topic, partition, messages } }) => {
      for (const { key, headers, offset } of messages) {
        const place = `${topic}-${partition}-${offset}`;
        if (seen.has(place)) continue;
        const header = (name: string): string => String(headers?.[name] ?? '');
        seen.set(place, {
          place,
          key: String(key),
          webhookId: header('webhook-id'),
          bodyDigest: header('gemini-body-digest'),
          reason: header('reason'),
        });
      }
      return Promise.resolve();
    },
  });
  return {
    async readToEnd() {
      const ends = await endsOf(kafka, topics);
      const limit = Date.now() + LIMIT_MS;
      const behind = (): string[] =>
        [...ends].filter(([name, end]) => (read.get(name) ?? 0) < end).map(([name]) => name);
      while (behind().length > 0) {
        if (Date.now() > limit) throw new Error(`not read to the end: ${behind().join()}`);
        await delay(100);
      }
      await consumer.disconnect();
      return [...seen.values()];
    },
    stop: () => consumer.disconnect(),
  };
}

/** What a read_committed subscriber finds from the beginning to the present end. */
export async function readAll(
  brokers: readonly string[],
  topics: readonly string[],
): Promise<readonly SeenRecord[]> {
  return (await startReader(brokers, topics)).readToEnd();
}

async function endsOf(kafka: Kafka, topics: readonly string[]): Promise<Map<string, number>> {
  const admin = kafka.admin();
  await admin.connect();
  const ends = new Map<string, number>();
  for (const topic of topics) {
    for (const { partition, high } of await admin.fetchTopicOffsets(topic)) {
      if (Number(high) > 0) ends.set(`${topic}-${partition}`, Number(high));
    }
  }
  await admin.disconnect();
  return ends;
}
