import type { Cluster } from '../raw/cluster.ts';
import { type Cursor, type FetchedPortion, fetchPortions } from '../reader/fetch-portions.ts';
import type { RawRecord } from '../wire/raw-record.ts';
import type { CopyRange } from './copy-options.ts';

/** Larger than those of a follower: whoever scans wants all of it. */
const LIMITS = { maxWaitMs: 250, maxBytes: 8 * 1024 * 1024, partitionBytes: 1024 * 1024 };

/** What one fetch gave of a range. */
export interface Portion {
  readonly range: CopyRange;
  readonly records: () => readonly RawRecord[];
  /** Behind it; the end of the range where that is reached. */
  readonly next: number;
}

/**
 * Reads ranges as fast as the brokers give them, in order per partition. The next fetch is on its way
 * while the caller is at work with the last one.
 * @param starts where to begin in each range, in their order
 * @throws what fetches throw; nothing is fetched again by itself
 */
export async function* scanRanges(
  cluster: Cluster,
  ranges: readonly CopyRange[],
  starts: readonly number[],
): AsyncGenerator<readonly Portion[], void> {
  const cursors = ranges.map((range, at): Cursor & { readonly range: CopyRange } => ({
    range,
    topic: range.topic,
    partition: range.partition,
    position: Math.max(range.from, starts[at] ?? range.from),
  }));
  const fetch = async (): Promise<readonly Portion[] | null> => {
    const open = cursors.filter(({ position, range }) => position < range.until);
    if (open.length === 0) return null;
    const fetched = await fetchPortions(cluster, open, LIMITS);
    // An answer is filled from the front, so another partition comes first each time.
    const first = cursors.shift();
    if (first !== undefined) cursors.push(first);
    return fetched.map(within);
  };
  let coming = fetch();
  coming.catch(() => undefined);
  for (;;) {
    const portions = await coming;
    if (portions === null) return;
    coming = fetch();
    coming.catch(() => undefined);
    yield portions;
  }
}

/** What lies behind the end of a range is no part of it. */
function within({
  cursor: { range },
  records,
  next,
}: FetchedPortion<Cursor & { readonly range: CopyRange }>): Portion {
  if (next <= range.until) return { range, records, next };
  return {
    range,
    records: () => records().filter(({ offset }) => offset < range.until),
    next: range.until,
  };
}
