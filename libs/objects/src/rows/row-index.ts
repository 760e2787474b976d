/** Bytes of an entry: hash and offset as doubles, then the length as 32 bits, big-endian. */
export const ENTRY_BYTES = 20;
/** Entries of a run: what is sorted at once, in some 3 MiB. */
const RUN_ENTRIES = 2 ** 16;

/** Where a row may be. */
export interface IndexEntry {
  readonly hash: number;
  readonly offset: number;
  readonly length: number;
}

/**
 * Builds the index of a file's keys in bounded memory: entries sorted by hash within runs, which lie one
 * after the other. As hashes are spread evenly, a reader finds an entry of a run with one small read.
 */
export interface RowIndexer {
  /** Bytes to append to the index, when a run is full, good until the next call. @param hash of the row's key */
  add(hash: number, offset: number, length: number): Buffer | null;
  /** The last run. */
  end(): Buffer | null;
  /** Entries of each run. */
  readonly runs: readonly number[];
  /** Entries whose hash an earlier one of the same run has. */
  readonly repeated: number;
}

/** @param runEntries at most RUN_ENTRIES */
export function createRowIndexer(runEntries = RUN_ENTRIES): RowIndexer {
  // Grown by doubling: most files have few rows.
  let capacity = Math.min(1_024, runEntries);
  let hashes = new Float64Array(capacity);
  let offsets = new Float64Array(capacity);
  let lengths = new Uint32Array(capacity);
  let sorted = new Float64Array(capacity);
  let run = Buffer.alloc(0);
  let count = 0;
  let repeated = 0;
  const runs: number[] = [];

  const grow = (): void => {
    capacity = Math.min(capacity * 2, runEntries);
    const larger = [new Float64Array(capacity), new Float64Array(capacity)] as const;
    larger[0].set(hashes);
    larger[1].set(offsets);
    [hashes, offsets] = larger;
    const longer = new Uint32Array(capacity);
    longer.set(lengths);
    lengths = longer;
    sorted = new Float64Array(capacity);
  };
  const flush = (): Buffer | null => {
    if (count === 0) return null;
    // Numbers sort much faster than entries: what is sorted holds the place of an entry in its last bits.
    // A cut hash and the whole one give the same order, but for entries whose cut ones are the same.
    const order = sorted.subarray(0, count);
    for (let at = 0; at < count; at += 1) order[at] = cutHash(hashes[at] as number) + at;
    order.sort();
    settleTies(order, hashes);
    if (run.length < count * ENTRY_BYTES) run = Buffer.allocUnsafeSlow(capacity * ENTRY_BYTES);
    const view = new DataView(run.buffer);
    let before = -1;
    for (let place = 0; place < count; place += 1) {
      const entry = (order[place] as number) % RUN_ENTRIES;
      const hash = hashes[entry] as number;
      view.setFloat64(place * ENTRY_BYTES, hash);
      view.setFloat64(place * ENTRY_BYTES + 8, offsets[entry] as number);
      view.setUint32(place * ENTRY_BYTES + 16, lengths[entry] as number);
      if (hash === before) repeated += 1;
      before = hash;
    }
    const bytes = run.subarray(0, count * ENTRY_BYTES);
    runs.push(count);
    count = 0;
    return bytes;
  };
  return {
    add(hash, offset, length) {
      if (count === capacity) grow();
      hashes[count] = hash;
      offsets[count] = offset;
      lengths[count] = length;
      count += 1;
      return count === runEntries ? flush() : null;
    },
    end: flush,
    runs,
    get repeated() {
      return repeated;
    },
  };
}

/** The first 37 of its 53 bits, with room behind them for a place within a run. */
function cutHash(hash: number): number {
  return Math.floor(hash / RUN_ENTRIES) * RUN_ENTRIES;
}

/** Orders neighbours whose cut hashes are the same by their whole ones, then by their place. */
function settleTies(order: Float64Array, hashes: Float64Array): void {
  for (let at = 1; at < order.length; at += 1) {
    for (let to = at; to > 0; to -= 1) {
      const [left = 0, right = 0] = [order[to - 1], order[to]];
      if (cutHash(left) !== cutHash(right)) break;
      const [one = 0, two = 0] = [hashes[left % RUN_ENTRIES], hashes[right % RUN_ENTRIES]];
      if (one <= two) break;
      order[to - 1] = right;
      order[to] = left;
    }
  }
}

/** Reads entries back. */
export function readEntries(bytes: Buffer): IndexEntry[] {
  return Array.from({ length: Math.floor(bytes.length / ENTRY_BYTES) }, (_, at) => ({
    hash: bytes.readDoubleBE(at * ENTRY_BYTES),
    offset: bytes.readDoubleBE(at * ENTRY_BYTES + 8),
    length: bytes.readUInt32BE(at * ENTRY_BYTES + 16),
  }));
}
