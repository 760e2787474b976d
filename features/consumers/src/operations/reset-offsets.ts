import { audit } from '@gemini-events/access/audit';
import type { Bridge } from '@gemini-events/cli-kit/bridge';
import { BridgeError } from '@gemini-events/events';
import { withAdmin } from '@gemini-events/kafka/admin';
import { connectionFrom, createKafkaJs } from '@gemini-events/kafka/connection';
import { beginOffsets, stableOffsets } from '@gemini-events/kafka/reader';
import { membersOf } from './group-members.ts';

export interface ResetRequest {
  readonly consumer: string;
  /** To the first record that is not older; milliseconds since 1970. */
  readonly to: 'earliest' | 'latest' | number;
  readonly actor: string;
  readonly reason: string;
  readonly dryRun: boolean;
}

/** Where a partition of a consumer was, and where it is now. */
export interface OffsetReset {
  readonly topic: string;
  readonly partition: number;
  readonly from: number;
  readonly to: number;
}

const LIMIT_MS = 30_000;

/**
 * Moves a consumer's place in its source topics; the audit entry comes first. What it has done it does
 * not do again, as far as its inbox remembers.
 * @throws BridgeError ERR_CONSUMER_UNKNOWN it has no place yet; ERR_CONSUMER_RUNNING; those of Kafka
 */
export async function resetOffsets(
  bridge: Bridge,
  { consumer, to, actor, reason, dryRun }: ResetRequest,
): Promise<readonly OffsetReset[]> {
  const { cluster, config, prefix } = bridge;
  const groupId = `${prefix}.${consumer}`;
  const kafka = createKafkaJs(connectionFrom(config, `${prefix}.cli`));
  const committed = await withAdmin(kafka, (admin) => admin.fetchOffsets({ groupId }));
  // The lane is the consumer's own: what waits there was asked for.
  const topics = committed
    .map(({ topic }) => topic)
    .filter((topic) => topic.startsWith(`${prefix}.events.`));
  if (topics.length === 0) {
    throw new BridgeError('ERR_CONSUMER_UNKNOWN', `${consumer} has read nothing yet`);
  }
  const members = await membersOf(bridge, consumer);
  if (members > 0 && !dryRun) {
    const message = `${consumer} runs, with ${members} instances: Kafka moves only who has none`;
    throw new BridgeError('ERR_CONSUMER_RUNNING', message);
  }
  const resets: OffsetReset[] = [];
  for (const topic of topics) {
    const partitions = Array.from({ length: await cluster.partitionCount(topic) }, (_, at) => at);
    const wanted = await beginOffsets(cluster, topic, partitions, to);
    const before = await stableOffsets(
      cluster,
      groupId,
      topic,
      partitions,
      AbortSignal.timeout(LIMIT_MS),
    );
    for (const [partition, target] of wanted) {
      resets.push({ topic, partition, from: before.get(partition) ?? -1, to: target });
    }
  }
  if (dryRun) return resets;
  await audit(config, {
    actor,
    action: 'consumer.reset',
    subject: consumer,
    reason,
    details: { to: String(to), partitions: String(resets.length) },
    at: Date.now(),
  });
  await withAdmin(kafka, async (admin) => {
    for (const [topic, ofTopic] of Map.groupBy(resets, (each) => each.topic)) {
      const partitions = ofTopic.map((each) => ({
        partition: each.partition,
        offset: String(each.to),
      }));
      await admin.setOffsets({ groupId, topic, partitions });
    }
  });
  return resets;
}
