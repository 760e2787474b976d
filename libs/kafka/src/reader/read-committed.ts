import { BridgeError } from '@gemini-events/events';
import type { Broker } from '@platformatic/kafka';
import { byLeader } from '../raw/by-leader.ts';
import type { Cluster } from '../raw/cluster.ts';
import { ERROR_CODE } from '../raw/protocol-errors.ts';
import { fetchApi } from '../wire/fetch-request.ts';
import type { RawRecord } from '../wire/raw-record.ts';
import { readBatches } from '../wire/read-batches.ts';
import { committedRecords } from './committed-records.ts';
import { logOffsets } from './offsets.ts';

/** Where a reader stands in one partition; moved while it is read. */
export interface Cursor {
  readonly topic: string;
  readonly partition: number;
  position: number;
}

export interface FetchLimits {
  readonly maxWaitMs: number;
  readonly maxBytes: number;
  readonly partitionBytes: number;
}

const LIMITS: FetchLimits = {
  maxWaitMs: 100,
  maxBytes: 1024 * 1024,
  partitionBytes: 128 * 1024,
};

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
    readonly until?: (cursor: Each) => number;
    readonly onRecord: (cursor: Each, record: RawRecord) => void;
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
    await fetchRound(cluster, open, LIMITS, (cursor, { records }) => {
      for (const record of records()) onRecord(cursor, record);
    });
  }
}

/** What one fetch gave of a partition. */
export interface Fetched {
  readonly records: () => readonly RawRecord[];
  /** Where to read next. */
  readonly next: number;
}

/**
 * Fetches once from each broker, tells what came, and moves the cursors.
 * @throws BridgeError ERR_KAFKA_UNAVAILABLE, and what requests throw
 */
export async function fetchRound<Each extends Cursor>(
  cluster: Cluster,
  cursors: readonly Each[],
  limits: FetchLimits,
  onFetched: (cursor: Each, fetched: Fetched) => void,
): Promise<void> {
  const shares = await byLeader(cluster, cursors);
  await Promise.all(
    [...shares].map(([broker, share]) => fetchOnce(cluster, { broker, limits }, share, onFetched)),
  );
}

async function fetchOnce<Each extends Cursor>(
  cluster: Cluster,
  { broker, limits }: { readonly broker: Broker; readonly limits: FetchLimits },
  cursors: readonly Each[],
  onFetched: (cursor: Each, fetched: Fetched) => void,
): Promise<void> {
  const byTopic = Map.groupBy(cursors, ({ topic }) => topic);
  const { partitions } = await cluster.request({ to: 'broker', broker }, fetchApi, limits, byTopic);
  const outOfRange: Each[] = [];
  for (const { topic, partition, errorCode, bytes, aborted } of partitions) {
    const cursor = byTopic.get(topic)?.find((each) => each.partition === partition);
    if (cursor === undefined) continue;
    if (errorCode === ERROR_CODE.offsetOutOfRange) {
      outOfRange.push(cursor);
      continue;
    }
    if (errorCode !== 0) throw fetchFailure(topic, partition, errorCode, cluster);
    const { records, nextPosition } = committedRecords(
      readBatches(bytes),
      aborted,
      cursor.position,
    );
    onFetched(cursor, { records, next: nextPosition });
    cursor.position = nextPosition;
  }
  if (outOfRange.length > 0) await moveToEarliest(cluster, outOfRange);
}

/** Most errors of a partition mean that its leader moved. */
export function fetchFailure(
  topic: string,
  partition: number,
  errorCode: number,
  cluster: Cluster,
): BridgeError {
  cluster.forgetLeaders();
  return new BridgeError('ERR_KAFKA_UNAVAILABLE', `fetch of ${topic}-${partition} failed`, {
    data: { topic, partition, protocolError: errorCode },
  });
}

/** Retention removed what was to be read next: the log goes on at its first record. */
async function moveToEarliest(cluster: Cluster, cursors: readonly Cursor[]): Promise<void> {
  for (const [topic, share] of Map.groupBy(cursors, (cursor) => cursor.topic)) {
    const partitions = share.map(({ partition }) => partition);
    const firsts = await logOffsets(cluster, topic, partitions, 'earliest');
    for (const cursor of share) {
      const first = firsts.get(cursor.partition) ?? 0;
      if (cursor.position < first) cursor.position = first;
    }
  }
}
