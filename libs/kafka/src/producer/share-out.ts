import { javaPartition } from './murmur2.ts';
import type { ProducerRecord } from './record-producer.ts';
import type { TopicBatches } from './wire/produce-request.ts';

/**
 * Divides records among the brokers that lead their partitions, and makes one batch per partition.
 * The order of records within a partition is kept.
 *
 * @param leadersOf the leader's id of each partition of a topic
 * @returns what each leader gets
 */
export function shareOut(
  records: readonly ProducerRecord[],
  leadersOf: (topic: string) => readonly number[],
  encodeBatch: (records: readonly ProducerRecord[], timestampMs: number) => Buffer,
): ReadonlyMap<number, readonly TopicBatches[]> {
  const now = Date.now();
  const shares = new Map<number, TopicBatches[]>();
  for (const [topic, ofTopic] of Map.groupBy(records, (record) => record.topic)) {
    const leaders = leadersOf(topic);
    const byPartition = Map.groupBy(
      ofTopic,
      ({ key, partition }) =>
        partition ??
        javaPartition(typeof key === 'string' ? Buffer.from(key) : key, leaders.length),
    );
    const batches = new Map<number, Map<number, Buffer>>();
    for (const [partition, share] of byPartition) {
      // -1: the partition has no leader now; no broker has that id.
      const leader = leaders[partition] ?? -1;
      let ofLeader = batches.get(leader);
      if (ofLeader === undefined) {
        ofLeader = new Map();
        batches.set(leader, ofLeader);
      }
      ofLeader.set(partition, encodeBatch(share, now));
    }
    for (const [leader, ofLeader] of batches) {
      const share = { topic, batches: ofLeader };
      const known = shares.get(leader);
      if (known === undefined) shares.set(leader, [share]);
      else known.push(share);
    }
  }
  return shares;
}
