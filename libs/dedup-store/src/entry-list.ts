import type { CommonDigest } from './common-digest.ts';
import { DIGEST, ENTRY_WORDS } from './packed-entry.ts';
import type { Words } from './words.ts';

/** Entries are kept in portions of this many, so that nothing is copied when a list grows. */
const CHUNK_ENTRIES = 2_048;
const CHUNK_BITS = Math.log2(CHUNK_ENTRIES);

/** Packed entries in the order in which they came; each is known by its index. */
export interface EntryList {
  /** What all its entries have, who then do without the words of a digest; null: each has its own. */
  readonly common: CommonDigest | null;
  readonly entryWords: number;
  readonly chunks: Words[];
  length: number;
}

export function createEntryList(common: CommonDigest | null): EntryList {
  return { common, entryWords: common === null ? ENTRY_WORDS : DIGEST, chunks: [], length: 0 };
}

/** @returns the index of the entry */
export function appendEntry(list: EntryList, packed: Int32Array): number {
  const index = list.length;
  if (index >> CHUNK_BITS === list.chunks.length) {
    list.chunks.push(new Int32Array(CHUNK_ENTRIES * list.entryWords));
  }
  putEntry(list, index, packed);
  list.length += 1;
  return index;
}

export function putEntry(list: EntryList, index: number, packed: Int32Array): void {
  const chunk = chunkOf(list, index);
  const at = placeOf(list, index);
  for (let word = 0; word < list.entryWords; word += 1) chunk[at + word] = packed[word]!;
}

/** The words among which those of an entry are, from `placeOf` on. */
export function chunkOf(list: EntryList, index: number): Int32Array {
  return list.chunks[index >> CHUNK_BITS]!;
}

export function placeOf(list: EntryList, index: number): number {
  return (index & (CHUNK_ENTRIES - 1)) * list.entryWords;
}
