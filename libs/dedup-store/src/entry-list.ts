import { ENTRY_WORDS } from './packed-entry.ts';
import type { Words } from './words.ts';

/** Entries are kept in portions of this many, so that nothing is copied when a list grows. */
const CHUNK_ENTRIES = 2_048;
const CHUNK_BITS = Math.log2(CHUNK_ENTRIES);

/** Packed entries in the order in which they came; each is known by its number. */
export interface EntryList {
  readonly chunks: Words[];
  length: number;
}

export function appendEntry(list: EntryList, packed: Int32Array): void {
  const number = list.length;
  if (number >> CHUNK_BITS === list.chunks.length) {
    list.chunks.push(new Int32Array(CHUNK_ENTRIES * ENTRY_WORDS));
  }
  chunkOf(list, number).set(packed, placeOf(number));
  list.length += 1;
}

/** The words among which those of an entry are, from `placeOf` on. */
export function chunkOf(list: EntryList, number: number): Int32Array {
  return list.chunks[number >> CHUNK_BITS]!;
}

export function placeOf(number: number): number {
  return (number & (CHUNK_ENTRIES - 1)) * ENTRY_WORDS;
}

/** The first word of an entry's key. */
export function firstWordOf(list: EntryList, number: number): number {
  return chunkOf(list, number)[placeOf(number)]!;
}

export function hasKey(list: EntryList, number: number, packed: Int32Array): boolean {
  const chunk = chunkOf(list, number);
  const at = placeOf(number);
  return (
    chunk[at] === packed[0] &&
    chunk[at + 1] === packed[1] &&
    chunk[at + 2] === packed[2] &&
    chunk[at + 3] === packed[3]
  );
}
