import { type CommonDigest, isDigestOf } from './common-digest.ts';
import { appendEntry, chunkOf, createEntryList, type EntryList, placeOf } from './entry-list.ts';
import { TIME, unpackDigest } from './packed-entry.ts';

/**
 * A list for each common digest, and behind them one for all other entries. An entry is known by its
 * number, which says both its list and its index there: those of one list are the lists' count apart.
 */
export type EntryLists = readonly EntryList[];

export function createEntryLists(commonDigests: readonly CommonDigest[]): EntryLists {
  return [...commonDigests, null].map(createEntryList);
}

/** @returns the number of the entry */
export function addEntry(lists: EntryLists, packed: Int32Array): number {
  const last = lists.length - 1;
  let at = 0;
  while (at < last && !isDigestOf(lists[at]!.common!, packed)) at += 1;
  return appendEntry(lists[at]!, packed) * lists.length + at;
}

function listOf(lists: EntryLists, number: number): EntryList {
  return lists[number % lists.length]!;
}

function indexOf(lists: EntryLists, number: number): number {
  return Math.floor(number / lists.length);
}

/** The first word of an entry's key. */
export function firstWordOf(lists: EntryLists, number: number): number {
  const list = listOf(lists, number);
  const index = indexOf(lists, number);
  return chunkOf(list, index)[placeOf(list, index)]!;
}

export function hasKey(lists: EntryLists, number: number, packed: Int32Array): boolean {
  const list = listOf(lists, number);
  const index = indexOf(lists, number);
  const chunk = chunkOf(list, index);
  const at = placeOf(list, index);
  return (
    chunk[at] === packed[0] &&
    chunk[at + 1] === packed[1] &&
    chunk[at + 2] === packed[2] &&
    chunk[at + 3] === packed[3]
  );
}

/** Milliseconds since the beginning of the segment. */
export function timeOf(lists: EntryLists, number: number): number {
  const list = listOf(lists, number);
  const index = indexOf(lists, number);
  return chunkOf(list, index)[placeOf(list, index) + TIME]! >>> 0;
}

export function digestOf(lists: EntryLists, number: number): string {
  const list = listOf(lists, number);
  if (list.common !== null) return list.common.text;
  const index = indexOf(lists, number);
  return unpackDigest(chunkOf(list, index), placeOf(list, index));
}
