import { setTimeout as delay } from 'node:timers/promises';
import type { Admin, ITopicConfig } from 'kafkajs';

const POLL_MS = 50;
const LIMIT_MS = 30_000;

/** What brokers answer about a partition that was just created and not heard of everywhere. */
const NOT_YET = new Set([
  'UNKNOWN_TOPIC_OR_PARTITION',
  'LEADER_NOT_AVAILABLE',
  'NOT_LEADER_FOR_PARTITION',
]);

/**
 * Creates topics and waits until every partition's leader knows that it leads.
 *
 * The waiting of kafkajs (`waitForLeaders`) is of no use with KRaft: the controller answers when the
 * topic is in its log, the broker that kafkajs asks next has perhaps not read that far and says
 * UNKNOWN_TOPIC_OR_PARTITION, and kafkajs, which expects only LEADER_NOT_AVAILABLE, gives up.
 */
export async function createTopics(admin: Admin, topics: ITopicConfig[]): Promise<void> {
  await admin.createTopics({ topics, waitForLeaders: false });
  const deadline = performance.now() + LIMIT_MS;
  await Promise.all(
    topics.map(async ({ topic }) => {
      while (!(await isLed(admin, topic, performance.now() > deadline))) await delay(POLL_MS);
    }),
  );
}

async function isLed(admin: Admin, topic: string, isLate: boolean): Promise<boolean> {
  try {
    // Asks the leader of each partition.
    await admin.fetchTopicOffsets(topic);
    return true;
  } catch (error) {
    if (!isLate && error instanceof Error && NOT_YET.has(typeOf(error))) return false;
    throw error;
  }
}

/** The protocol error that a failure goes back to: kafkajs wraps it when it has tried often enough. */
function typeOf(error: Error): string {
  for (let current: unknown = error; current instanceof Error; current = current.cause) {
    const { type } = current as { type?: unknown };
    if (typeof type === 'string') return type;
  }
  return '';
}
