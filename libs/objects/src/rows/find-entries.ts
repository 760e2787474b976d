import { HASH_END, keyHash } from './key-hash.ts';
import { ENTRY_BYTES, type IndexEntry, readEntries } from './row-index.ts';

/** Bytes of the index from `start` up to `end`. */
export type ReadIndex = (start: number, end: number) => Promise<Buffer>;

/** So far entries lie from where their hash lets expect them, but for bad luck: four deviations. */
const DEVIATIONS = 4;

/**
 * Places at which a key may stand, in the order of the file: one small read per run, and the whole run
 * where chance has put the entries further away.
 */
export async function findEntries(
  key: string,
  runs: readonly number[],
  read: ReadIndex,
): Promise<readonly IndexEntry[]> {
  const hash = keyHash(key);
  const found: IndexEntry[] = [];
  let start = 0;
  for (const count of runs) {
    found.push(...(await findInRun(hash, { start, count }, read)));
    start += count;
  }
  return found.sort((a, b) => a.offset - b.offset);
}

async function findInRun(
  hash: number,
  { start, count }: { readonly start: number; readonly count: number },
  read: ReadIndex,
): Promise<readonly IndexEntry[]> {
  const part = async (from: number, to: number): Promise<readonly IndexEntry[]> =>
    readEntries(await read((start + from) * ENTRY_BYTES, (start + to) * ENTRY_BYTES));
  const expected = Math.floor((hash / HASH_END) * count);
  const margin = Math.ceil((DEVIATIONS / 2) * Math.sqrt(count)) + 8;
  const from = Math.max(0, expected - margin);
  const to = Math.min(count, expected + margin);
  const near = await part(from, to);
  const isCovered =
    (from === 0 || (near[0]?.hash ?? HASH_END) < hash) &&
    (to === count || (near.at(-1)?.hash ?? -1) > hash);
  const entries = isCovered ? near : await part(0, count);
  return entries.filter((entry) => entry.hash === hash);
}
