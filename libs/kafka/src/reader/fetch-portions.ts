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

/** What one fetch gave of a partition. */
export interface FetchedPortion<Each extends Cursor> {
  readonly cursor: Each;
  readonly records: () => readonly RawRecord[];
  /** Offset behind it. */
  readonly next: number;
}

/**
 * Fetches once from each broker, and moves the cursors behind what it gives: where a part of it fails, all
 * of it does, and no cursor has moved. Partitions that had nothing are not among the answer; where all had
 * nothing, the brokers wait for a record for as long as the limits say.
 * @throws BridgeError ERR_KAFKA_UNAVAILABLE, and what requests throw
 */
export async function fetchPortions<Each extends Cursor>(
  cluster: Cluster,
  cursors: readonly Each[],
  limits: FetchLimits,
): Promise<readonly FetchedPortion<Each>[]> {
  const shares = await byLeader(cluster, cursors);
  const fetched = await Promise.all(
    [...shares].map(([broker, share]) => fetchOnce(cluster, { broker, limits }, share)),
  );
  const portions = fetched.flat();
  for (const { cursor, next } of portions) cursor.position = next;
  return portions;
}

async function fetchOnce<Each extends Cursor>(
  cluster: Cluster,
  { broker, limits }: { readonly broker: Broker; readonly limits: FetchLimits },
  cursors: readonly Each[],
): Promise<readonly FetchedPortion<Each>[]> {
  const byTopic = Map.groupBy(cursors, ({ topic }) => topic);
  const { partitions } = await cluster.request({ to: 'broker', broker }, fetchApi, limits, byTopic);
  const portions: FetchedPortion<Each>[] = [];
  const outOfRange: Each[] = [];
  for (const { topic, partition, errorCode, bytes, aborted } of partitions) {
    const cursor = byTopic.get(topic)?.find((each) => each.partition === partition);
    if (cursor === undefined) continue;
    if (errorCode === ERROR_CODE.offsetOutOfRange) {
      outOfRange.push(cursor);
      continue;
    }
    if (errorCode !== 0) throw fetchFailure(topic, partition, errorCode, cluster);
    const { position } = cursor;
    const { records, nextPosition: next } = committedRecords(readBatches(bytes), aborted, position);
    if (next > position) portions.push({ cursor, records, next });
  }
  if (outOfRange.length > 0) await moveToEarliest(cluster, outOfRange);
  return portions;
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
