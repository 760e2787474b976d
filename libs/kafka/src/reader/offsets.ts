import { setTimeout as delay } from 'node:timers/promises';
import { listOffsetsV7, offsetFetchV8 } from '@platformatic/kafka';
import type { Cluster } from '../raw/cluster.ts';
import { isOnly } from '../raw/protocol-errors.ts';

/** Special timestamps of ListOffsets. */
const LATEST = -1n;
const EARLIEST = -2n;

/** Wait between two looks at an offset that an open transaction holds. */
const UNSTABLE_WAIT_MS = 50;

/**
 * The committed offsets of a group, -1 where there is none. Waits while a transaction that may still
 * change one is open (KIP-447, requireStable): the former owner's transaction is settled then.
 */
export async function stableOffsets(
  cluster: Cluster,
  groupId: string,
  topic: string,
  partitions: readonly number[],
  signal: AbortSignal,
): Promise<ReadonlyMap<number, bigint>> {
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
        found.map(({ partitionIndex, committedOffset }) => [partitionIndex, committedOffset]),
      );
    } catch (error) {
      if (!isOnly(error, 'UNSTABLE_OFFSET_COMMIT', 'COORDINATOR_LOAD_IN_PROGRESS')) throw error;
      await delay(UNSTABLE_WAIT_MS, undefined, { signal });
    }
  }
}

/**
 * First or next offset of partitions of a topic. `latest` is the high watermark: it counts records of
 * open transactions, which a reader of the changelog has to wait for.
 */
export async function logOffsets(
  cluster: Cluster,
  topic: string,
  partitions: readonly number[],
  which: 'earliest' | 'latest',
): Promise<ReadonlyMap<number, bigint>> {
  const timestamp = which === 'earliest' ? EARLIEST : LATEST;
  const answers = await Promise.all(
    partitions.map(async (partition) => {
      const answer = await cluster.request(
        { to: 'leader', topic, partition },
        listOffsetsV7.api,
        -1,
        0,
        [
          {
            name: topic,
            partitions: [{ partitionIndex: partition, currentLeaderEpoch: -1, timestamp }],
          },
        ],
      );
      return [partition, answer.topics[0]?.partitions[0]?.offset ?? 0n] as const;
    }),
  );
  return new Map(answers);
}
