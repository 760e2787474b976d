import { type Broker, fetchV12 } from '@platformatic/kafka';
import { byLeader } from '../raw/by-leader.ts';
import type { Cluster } from '../raw/cluster.ts';
import { isOnly } from '../raw/protocol-errors.ts';
import { committedRecords, type LogRecord } from './committed-records.ts';
import { logOffsets } from './offsets.ts';

/** Where a reader stands in one partition; moved while it is read. */
export interface Cursor {
  readonly topic: string;
  readonly partition: number;
  position: bigint;
}

const READ_COMMITTED = 1;
const MAX_WAIT_MS = 100;
const PARTITION_BYTES = 4 * 1024 * 1024;
const REQUEST_BYTES = 32 * 1024 * 1024;

/**
 * Reads committed records of many partitions without a consumer group, in order per partition. Each
 * cursor ends at `until` (exclusive); without it the reading goes on until the signal is aborted,
 * which then ends it quietly. Where a transaction below the end is open, the broker holds its records
 * back, and this waits until it is settled.
 */
export async function readCommitted<Each extends Cursor>(
  cluster: Cluster,
  cursors: readonly Each[],
  options: {
    readonly signal: AbortSignal;
    readonly until?: (cursor: Each) => bigint;
    readonly onRecord: (cursor: Each, record: LogRecord) => void;
  },
): Promise<void> {
  const { signal, until, onRecord } = options;
  for (;;) {
    const open =
      until === undefined ? cursors : cursors.filter((each) => each.position < until(each));
    if (open.length === 0) return;
    if (signal.aborted) {
      if (until === undefined) return;
      signal.throwIfAborted();
    }
    const shares = await byLeader(cluster, open);
    await Promise.all(
      [...shares].map(async ([broker, share]) => {
        try {
          await fetchOnce(cluster, broker, share, onRecord);
        } catch (error) {
          if (!isOnly(error, 'OFFSET_OUT_OF_RANGE')) throw error;
          await moveToEarliest(cluster, share);
        }
      }),
    );
  }
}

async function fetchOnce<Each extends Cursor>(
  cluster: Cluster,
  broker: Broker,
  cursors: readonly Each[],
  onRecord: (cursor: Each, record: LogRecord) => void,
): Promise<void> {
  const byTopic = Map.groupBy(cursors, ({ topic }) => topic);
  const topics = [...byTopic].map(([topicId, share]) => ({
    topicId,
    partitions: share.map(({ partition, position }) => ({
      partition,
      currentLeaderEpoch: -1,
      fetchOffset: position,
      lastFetchedEpoch: -1,
      partitionMaxBytes: PARTITION_BYTES,
    })),
  }));
  const answer = await cluster.request(
    { to: 'broker', broker },
    fetchV12.api,
    MAX_WAIT_MS,
    1,
    REQUEST_BYTES,
    READ_COMMITTED,
    0,
    -1,
    topics,
    [],
    '',
  );
  for (const { topicId, partitions } of answer.responses) {
    for (const { partitionIndex, records, abortedTransactions } of partitions) {
      const cursor = byTopic.get(topicId)?.find(({ partition }) => partition === partitionIndex);
      if (cursor === undefined) continue;
      const fetched = committedRecords(records ?? [], abortedTransactions ?? [], cursor.position);
      for (const record of fetched.records) onRecord(cursor, record);
      cursor.position = fetched.nextPosition;
    }
  }
}

/** Retention removed what was to be read next: the log goes on at its first record. */
async function moveToEarliest(cluster: Cluster, cursors: readonly Cursor[]): Promise<void> {
  for (const [topic, share] of Map.groupBy(cursors, (cursor) => cursor.topic)) {
    const partitions = share.map(({ partition }) => partition);
    const firsts = await logOffsets(cluster, topic, partitions, 'earliest');
    for (const cursor of share) {
      const first = firsts.get(cursor.partition) ?? 0n;
      if (cursor.position < first) cursor.position = first;
    }
  }
}
