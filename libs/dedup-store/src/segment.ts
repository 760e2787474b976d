import { appendEntry, chunkOf, type EntryList, placeOf } from './entry-list.ts';
import { createKeyTables, type KeyTable, putNumber, tableOf } from './key-table.ts';
import { TIME, unpackDigest } from './packed-entry.ts';
import { release } from './words.ts';

/** The entries of one span of time, and the tables that find them. */
export interface Segment {
  /** Its first moment, milliseconds since 1970. */
  readonly startMs: number;
  readonly list: EntryList;
  readonly tables: readonly KeyTable[];
  /** How many entries count no more, because a later segment holds their key anew. */
  superseded: number;
}

export function createSegment(startMs: number): Segment {
  return { startMs, list: { chunks: [], length: 0 }, tables: createKeyTables(), superseded: 0 };
}

/** Takes an entry whose key the segment does not hold. */
export function addToSegment({ list, tables }: Segment, packed: Int32Array): void {
  appendEntry(list, packed);
  putNumber(tableOf(tables, packed[0]!), list, packed, list.length - 1);
}

export function firstSeenOf({ list, startMs }: Segment, number: number): number {
  return startMs + (chunkOf(list, number)[placeOf(number) + TIME]! >>> 0);
}

export function digestOf({ list }: Segment, number: number): string {
  return unpackDigest(chunkOf(list, number), placeOf(number));
}

export function bytesOf({ list, tables }: Segment): number {
  let bytes = 0;
  for (const chunk of list.chunks) bytes += chunk.byteLength;
  for (const { slots } of tables) bytes += slots.byteLength;
  return bytes;
}

/** Gives its memory back; it cannot be used any more. */
export function dropSegment({ list, tables }: Segment): void {
  for (const chunk of list.chunks) release(chunk);
  for (const { slots } of tables) release(slots);
}
