import type { Cluster } from '../raw/cluster.ts';
import type { RawRecord } from '../wire/raw-record.ts';
import { type Cursor, type FetchLimits, fetchRound } from './read-committed.ts';

/** What one fetch gave of a partition. */
export interface FetchedPortion<Each extends Cursor> {
  readonly cursor: Each;
  readonly records: () => readonly RawRecord[];
  /** Offset behind it. */
  readonly next: number;
}

/**
 * Fetches once from each broker, and moves the cursors. Partitions that had nothing are not among the
 * answer; where all had nothing, the brokers wait for a record for as long as the limits say.
 * @throws BridgeError ERR_KAFKA_UNAVAILABLE, and what requests throw
 */
export async function fetchPortions<Each extends Cursor>(
  cluster: Cluster,
  cursors: readonly Each[],
  limits: FetchLimits,
): Promise<readonly FetchedPortion<Each>[]> {
  const portions: FetchedPortion<Each>[] = [];
  await fetchRound(cluster, cursors, limits, (cursor, { records, next }) => {
    if (next > cursor.position) portions.push({ cursor, records, next });
  });
  return portions;
}
