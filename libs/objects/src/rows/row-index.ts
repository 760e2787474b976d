import { orderOf } from './order-of.ts';

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

export function createRowIndexer(runEntries = RUN_ENTRIES): RowIndexer {
  // Grown by doubling: most files have few rows.
  let capacity = Math.min(1_024, runEntries);
  let hashes = new Float64Array(capacity);
  let offsets = new Float64Array(capacity);
  let lengths = new Uint32Array(capacity);
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
  };
  const flush = (): Buffer | null => {
    if (count === 0) return null;
    if (run.length < count * ENTRY_BYTES) run = Buffer.allocUnsafeSlow(capacity * ENTRY_BYTES);
    const view = new DataView(run.buffer);
    const order = orderOf(hashes.subarray(0, count));
    let before = -1;
    for (let place = 0; place < count; place += 1) {
      const entry = order[place] as number;
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

/** Reads entries back. */
export function readEntries(bytes: Buffer): IndexEntry[] {
  return Array.from({ length: Math.floor(bytes.length / ENTRY_BYTES) }, (_, at) => ({
    hash: bytes.readDoubleBE(at * ENTRY_BYTES),
    offset: bytes.readDoubleBE(at * ENTRY_BYTES + 8),
    length: bytes.readUInt32BE(at * ENTRY_BYTES + 16),
  }));
}
