import type { Cluster } from '../raw/cluster.ts';
import type { RawRecord } from '../wire/raw-record.ts';
import { type Cursor, type FetchLimits, fetchPortions } from './fetch-portions.ts';

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
    for (const { cursor, records } of await fetchPortions(cluster, open, LIMITS)) {
      for (const record of records()) onRecord(cursor, record);
    }
  }
}
