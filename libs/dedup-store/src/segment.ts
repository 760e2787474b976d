import type { CommonDigest } from './common-digest.ts';
import { addEntry, createEntryLists, type EntryLists, timeOf } from './entry-lists.ts';
import { createKeyTables, type KeyTable, putNumber, tableOf } from './key-table.ts';
import { release } from './words.ts';

/** The entries of one span of time, and the tables that find them. */
export interface Segment {
  /** Its first moment, milliseconds since 1970. */
  readonly startMs: number;
  readonly lists: EntryLists;
  readonly tables: readonly KeyTable[];
  /** How many entries count no more, because a later segment holds their key anew. */
  superseded: number;
}

export function createSegment(startMs: number, commonDigests: readonly CommonDigest[]): Segment {
  const lists = createEntryLists(commonDigests);
  return { startMs, lists, tables: createKeyTables(), superseded: 0 };
}

/** Takes an entry whose key the segment does not hold. */
export function addToSegment({ lists, tables }: Segment, packed: Int32Array): void {
  const number = addEntry(lists, packed);
  putNumber(tableOf(tables, packed[0]!), lists, packed, number);
}

export function firstSeenOf({ lists, startMs }: Segment, number: number): number {
  return startMs + timeOf(lists, number);
}

export function entryCount({ lists }: Segment): number {
  let entries = 0;
  for (const { length } of lists) entries += length;
  return entries;
}

export function bytesOf({ lists, tables }: Segment): number {
  let bytes = 0;
  for (const { chunks } of lists) for (const chunk of chunks) bytes += chunk.byteLength;
  for (const { slots } of tables) bytes += slots.byteLength;
  return bytes;
}

/** Gives its memory back; it cannot be used any more. */
export function dropSegment({ lists, tables }: Segment): void {
  for (const { chunks } of lists) for (const chunk of chunks) release(chunk);
  for (const { slots } of tables) release(slots);
}
