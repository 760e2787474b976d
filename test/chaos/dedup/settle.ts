import { setTimeout as delay } from 'node:timers/promises';
import { createKafkaJs } from '@gemini-events/kafka/connection';

const LIMIT_MS = 120_000;

/** Waits until a condition holds; one that throws does not hold. */
export async function untilTrue(what: string, condition: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + LIMIT_MS;
  while (!(await condition().catch(() => false))) {
    if (Date.now() > end) throw new Error(`not within ${LIMIT_MS} ms: ${what}`);
    await delay(200);
  }
}

/** Whether a group has committed all that a topic holds. */
export async function hasNoLag(
  brokers: readonly string[],
  groupId: string,
  topic: string,
): Promise<boolean> {
  const admin = createKafkaJs({ clientId: 'chaos', brokers }).admin();
  await admin.connect();
  try {
    const [group] = await admin.fetchOffsets({ groupId, topics: [topic] });
    const ends = await admin.fetchTopicOffsets(topic);
    return ends.every(({ partition, high }) => {
      const committed = group?.partitions.find((each) => each.partition === partition)?.offset;
      return Number(high) === Math.max(0, Number(committed ?? -1));
    });
  } finally {
    await admin.disconnect();
  }
}
