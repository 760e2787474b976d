import { BridgeError } from '@gemini-events/events';
import type { Cluster } from '@gemini-events/kafka/cluster';
import type { CopyRange } from '@gemini-events/kafka/copier';
import { javaPartition } from '@gemini-events/kafka/murmur2';
import { beginOffsets } from '@gemini-events/kafka/reader';

/** Offsets of one partition that are asked for by number; the end is behind the last one. */
export interface OffsetsOf {
  readonly partition: number;
  readonly from: number;
  readonly until: number;
}

/**
 * Records may stand in the log before others that are older: clocks of several ingresses differ, and a
 * slow acknowledgement comes late. A record is looked for up to so long behind its own time.
 */
const DISORDER_MS = 3_600_000;

/**
 * The parts of the log that may hold what is wanted, pinned: what comes later is not part of it.
 *
 * All records before the first one that is not older than `since` are older, so the beginning is exact.
 * The end is not: behind the first record that is not older than `until` younger ones may follow, so the
 * reading goes on for an hour more, by record time, and each record is looked at.
 *
 * @param wanted.keys only partitions that hold one of these keys; null: all
 * @throws BridgeError ERR_KAFKA_TOPIC_MISSING, ERR_KAFKA_UNAVAILABLE
 */
export async function findRanges(
  cluster: Cluster,
  topics: readonly string[],
  wanted: {
    readonly since: number | null;
    readonly until: number | null;
    readonly keys: readonly string[] | null;
    readonly offsets: readonly OffsetsOf[];
  },
): Promise<readonly CopyRange[]> {
  const ranges: CopyRange[] = [];
  for (const topic of topics) {
    const count = await partitionsOf(cluster, topic);
    const partitions = partitionsWith(wanted.keys, count);
    const first = await beginOffsets(cluster, topic, partitions, wanted.since ?? 'earliest');
    const last = wanted.until === null ? 'latest' : wanted.until + DISORDER_MS;
    const behind = await beginOffsets(cluster, topic, partitions, last);
    for (const partition of partitions) {
      const from = first.get(partition) ?? 0;
      const until = behind.get(partition) ?? 0;
      const asked = wanted.offsets.filter((each) => each.partition === partition);
      const parts = wanted.offsets.length === 0 ? [{ from, until }] : asked;
      for (const part of parts) {
        const range = {
          topic,
          partition,
          from: Math.max(from, part.from),
          until: Math.min(until, part.until),
        };
        if (range.from < range.until) ranges.push(range);
      }
    }
  }
  return ranges;
}

/** @throws BridgeError ERR_KAFKA_TOPIC_MISSING */
export async function partitionsOf(cluster: Cluster, topic: string): Promise<number> {
  const count = await cluster.partitionCount(topic).catch(() => 0);
  if (count > 0) return count;
  throw new BridgeError('ERR_KAFKA_TOPIC_MISSING', `there is no topic ${topic}`);
}

function partitionsWith(keys: readonly string[] | null, count: number): readonly number[] {
  if (keys === null) return Array.from({ length: count }, (_, at) => at);
  return [...new Set(keys.map((key) => javaPartition(Buffer.from(key), count)))].sort(
    (a, b) => a - b,
  );
}
