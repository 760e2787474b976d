import { setTimeout as delay } from 'node:timers/promises';
import { listOffsetsV7, offsetFetchV8 } from '@platformatic/kafka';
import { byLeader } from '../raw/by-leader.ts';
import type { Cluster } from '../raw/cluster.ts';
import { isOnly } from '../raw/protocol-errors.ts';

/** Special timestamps of ListOffsets. */
const LATEST = -1n;
const EARLIEST = -2n;

/** Wait between two looks at an offset that an open transaction holds. */
const UNSTABLE_WAIT_MS = 50;

/** What a group has committed of a partition. */
interface Commit {
  /** -1: nothing. */
  readonly offset: number;
  /** What was kept with it. */
  readonly note: string;
}

/** The committed offsets of a group, -1 where there is none; waits as `stableCommits` does. */
export async function stableOffsets(
  ...place: Parameters<typeof stableCommits>
): Promise<ReadonlyMap<number, number>> {
  const commits = await stableCommits(...place);
  return new Map([...commits].map(([partition, { offset }]) => [partition, offset]));
}

/**
 * What a group has committed. Waits while a transaction that may still change it is open (KIP-447,
 * requireStable): the former owner's transaction is settled then.
 */
export async function stableCommits(
  cluster: Cluster,
  groupId: string,
  topic: string,
  partitions: readonly number[],
  signal: AbortSignal,
): Promise<ReadonlyMap<number, Commit>> {
  const groups = [
    { groupId, memberEpoch: -1, topics: [{ name: topic, partitionIndexes: [...partitions] }] },
  ];
  for (;;) {
    signal.throwIfAborted();
    try {
      const answer = await cluster.request(
        { to: 'group', id: groupId },
        offsetFetchV8.api,
        groups,
        true,
      );
      const found = answer.groups[0]?.topics[0]?.partitions ?? [];
      return new Map(
        found.map(({ partitionIndex, committedOffset, metadata }) => [
          partitionIndex,
          { offset: Number(committedOffset), note: metadata ?? '' },
        ]),
      );
    } catch (error) {
      if (!isOnly(error, 'UNSTABLE_OFFSET_COMMIT', 'COORDINATOR_LOAD_IN_PROGRESS')) throw error;
      await delay(UNSTABLE_WAIT_MS, undefined, { signal });
    }
  }
}

/**
 * First or next offset of partitions of a topic, or the first one whose record is not older than a time
 * (milliseconds since 1970; -1 where there is none). `latest` is the high watermark: it counts records of
 * open transactions, which a reader of the changelog has to wait for.
 */
export async function logOffsets(
  cluster: Cluster,
  topic: string,
  partitions: readonly number[],
  which: 'earliest' | 'latest' | number,
): Promise<ReadonlyMap<number, number>> {
  const timestamp =
    typeof which === 'number' ? BigInt(which) : which === 'earliest' ? EARLIEST : LATEST;
  const shares = await byLeader(
    cluster,
    partitions.map((partition) => ({ topic, partition })),
  );
  const answers = await Promise.all(
    [...shares].map(([broker, share]) =>
      cluster.request({ to: 'broker', broker }, listOffsetsV7.api, -1, 0, [
        {
          name: topic,
          partitions: share.map(({ partition }) => ({
            partitionIndex: partition,
            currentLeaderEpoch: -1,
            timestamp,
          })),
        },
      ]),
    ),
  );
  return new Map(
    answers
      .flatMap(({ topics }) => topics.flatMap((each) => each.partitions))
      .map(({ partitionIndex, offset }) => [partitionIndex, Number(offset)]),
  );
}

/**
 * Where to begin in each partition: at its first record, at its end, or at the first record that is not
 * older than a time (milliseconds since 1970), which is its end where all are older.
 */
export async function beginOffsets(
  cluster: Cluster,
  topic: string,
  partitions: readonly number[],
  from: 'earliest' | 'latest' | number,
): Promise<ReadonlyMap<number, number>> {
  if (typeof from === 'string') return logOffsets(cluster, topic, partitions, from);
  // The ends first: a record that comes in between is not passed over then.
  const ends = await logOffsets(cluster, topic, partitions, 'latest');
  const found = await logOffsets(cluster, topic, partitions, from);
  return new Map(
    [...found].map(([partition, offset]) => [
      partition,
      offset === -1 ? (ends.get(partition) ?? 0) : offset,
    ]),
  );
}

export interface LogRange {
  readonly begin: number;
  readonly end: number;
}

/** Where the log of each partition begins and ends; the end counts records of open transactions. */
export async function logRange(
  cluster: Cluster,
  topic: string,
  partitions: readonly number[],
): Promise<(partition: number) => LogRange> {
  const [begins, ends] = await Promise.all([
    logOffsets(cluster, topic, partitions, 'earliest'),
    logOffsets(cluster, topic, partitions, 'latest'),
  ]);
  return (partition) => ({ begin: begins.get(partition) ?? 0, end: ends.get(partition) ?? 0 });
}
