import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createKafkaJs } from '@gemini-events/kafka/connection';
import { startKafka } from '@gemini-events/stack';
import type { Admin, Kafka } from 'kafkajs';

/** What every mode needs: one broker, a folder, topics of its own for each round. */
export interface Bed {
  readonly dir: string;
  /** host:port */
  readonly brokers: string;
  readonly kafka: Kafka;
  readonly admin: Admin;
  readonly say: (line: string) => void;
}

const LIMIT_MS = 30_000;

/** Starts Kafka, does the work, and ends everything, however the work went. */
export async function withBed<Result>(
  say: (line: string) => void,
  work: (bed: Bed) => Promise<Result>,
): Promise<Result> {
  const dir = await mkdtemp(join(tmpdir(), 'gemini-events-bench-'));
  const ends: (() => Promise<unknown>)[] = [() => rm(dir, { recursive: true, force: true })];
  try {
    // No registry: dedup opens no value, and ids of schemas are as good as any here.
    const { brokers, stop } = await startKafka({ dataDir: join(dir, 'kafka') });
    ends.unshift(stop);
    const kafka = createKafkaJs({ clientId: 'bench', brokers: [brokers] });
    const admin = kafka.admin();
    await admin.connect();
    ends.unshift(() => admin.disconnect());
    return await Promise.race([work({ dir, brokers, kafka, admin, say }), interruption()]);
  } finally {
    for (const end of ends) await end();
  }
}

/** Rejects at Ctrl-C: gigabytes of log must not stay behind. Guarded processes end with this one. */
function interruption(): Promise<never> {
  return new Promise((_, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => reject(new Error(`ended by ${signal}`)));
    }
  });
}

/** Makes topics that are not declared, with their numbers of partitions. */
export async function makeTopics(
  { admin }: Bed,
  partitions: Readonly<Record<string, number>>,
): Promise<void> {
  const topics = Object.entries(partitions).map(([topic, numPartitions]) => ({
    topic,
    numPartitions,
  }));
  // kafkajs gives up on a broker that has not yet heard of the topic; so it is asked here.
  await admin.createTopics({ topics, waitForLeaders: false });
  for (const { topic } of topics) {
    await untilTrue(`${topic} is there`, LIMIT_MS, async () => {
      await admin.fetchTopicOffsets(topic);
      return true;
    });
  }
}

/** Removes every topic under a prefix: the disk is for the next round. */
export async function removeTopics({ admin }: Bed, prefix: string): Promise<void> {
  const topics = (await admin.listTopics()).filter((name) => name.startsWith(`${prefix}.`));
  if (topics.length > 0) await admin.deleteTopics({ topics });
}

/** Asks again until the answer is yes. An error counts as no. @throws Error after the limit */
export async function untilTrue(
  what: string,
  limitMs: number,
  condition: () => Promise<boolean>,
): Promise<void> {
  const end = performance.now() + limitMs;
  while (!(await condition().catch(() => false))) {
    if (performance.now() > end) throw new Error(`not within ${limitMs / 1_000} s: ${what}`);
    await delay(50);
  }
}
