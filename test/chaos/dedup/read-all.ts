import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { createKafkaJs } from '@gemini-events/kafka';

/** A record as the verifier sees it. */
export interface SeenRecord {
  readonly topic: string;
  readonly partition: number;
  readonly key: string;
  readonly webhookId: string;
}

const QUIET_MS = 3_000;

/**
 * Reads topics from their beginning as a read_committed subscriber: by kafkajs, whose code shares
 * nothing with what dedup reads and writes with. Ends when nothing has come for a while.
 */
export async function readAll(
  brokers: readonly string[],
  topics: readonly string[],
): Promise<SeenRecord[]> {
  const kafka = createKafkaJs({ clientId: 'chaos-verifier', brokers });
  const consumer = kafka.consumer({
    groupId: `chaos-verifier-${randomUUID()}`,
    readUncommitted: false,
  });
  const seen: SeenRecord[] = [];
  const heard = { at: 0 };
  await consumer.connect();
  consumer.on(consumer.events.GROUP_JOIN, () => {
    heard.at = Date.now();
  });
  await consumer.subscribe({ topics: [...topics], fromBeginning: true });
  await consumer.run({
    eachBatch: ({ batch }) => {
      for (const { key, headers } of batch.messages) {
        const webhookId = String(headers?.['webhook-id']);
        const { topic, partition } = batch;
        seen.push({ topic, partition, key: String(key), webhookId });
      }
      heard.at = Date.now();
      return Promise.resolve();
    },
  });
  while (heard.at === 0 || Date.now() - heard.at < QUIET_MS) await delay(100);
  await consumer.disconnect();
  return seen;
}
