import type { TopicShare } from '../wire/produce-request.ts';
import { javaPartition } from './murmur2.ts';
import type { ProducerRecord } from './record-producer.ts';

/** No broker has this id: the partition has no leader now. */
const NO_LEADER = -1;

/**
 * Divides records among the brokers that lead their partitions. The order of records within a
 * partition is kept.
 *
 * @param leadersOf the leader's id of each partition of a topic
 * @returns what each leader gets
 */
export function shareOut(
  records: readonly ProducerRecord[],
  leadersOf: (topic: string) => readonly number[],
): ReadonlyMap<number, readonly TopicShare<readonly ProducerRecord[]>[]> {
  const shares = new Map<number, TopicShare<readonly ProducerRecord[]>[]>();
  for (const [topic, ofTopic] of Map.groupBy(records, (record) => record.topic)) {
    const leaders = leadersOf(topic);
    const byPartition = Map.groupBy(
      ofTopic,
      ({ key, partition }) =>
        partition ??
        javaPartition(typeof key === 'string' ? Buffer.from(key) : key, leaders.length),
    );
    const byLeader = Map.groupBy(byPartition, ([partition]) => leaders[partition] ?? NO_LEADER);
    for (const [leader, partitions] of byLeader) {
      const share = { topic, partitions: new Map(partitions) };
      const known = shares.get(leader);
      if (known === undefined) shares.set(leader, [share]);
      else known.push(share);
    }
  }
  return shares;
}
