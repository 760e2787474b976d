import { type EntryLists, firstWordOf, hasKey } from './entry-lists.ts';
import { release, type Words } from './words.ts';

const TABLES = 16;
const TABLE_BITS = Math.log2(TABLES);
const FIRST_SLOTS = 16;
/** Where linear probing is still short, and memory is not wasted. */
const FULL = 0.85;
const GROWTH = 1.35;

/**
 * Where in their lists the entries of keys are: a hash table with linear probing. A slot is 0 when free;
 * otherwise its low bits (`numberMask`) are an entry's number plus one, and the bits above it are those
 * of the key's second word, which spares nearly every look at the entry of another key.
 *
 * A segment has several such tables, and the first bits of a key tell which one it is in: so growing
 * makes a short pause per table and not a long one.
 */
export interface KeyTable {
  slots: Words;
  numberMask: number;
  used: number;
}

export function createKeyTable(slotCount = FIRST_SLOTS): KeyTable {
  return { slots: new Int32Array(slotCount), numberMask: maskFor(slotCount * TABLES), used: 0 };
}

/** They begin with different sizes, so that they do not grow at the same time either. */
export function createKeyTables(): readonly KeyTable[] {
  return Array.from({ length: TABLES }, (_, table) =>
    createKeyTable(Math.round(FIRST_SLOTS * GROWTH ** (table / TABLES))),
  );
}

/** @param first the first word of a key */
export function tableOf(tables: readonly KeyTable[], first: number): KeyTable {
  return tables[first >>> (32 - TABLE_BITS)]!;
}

/** Where probing begins. A key is a hash itself: what of its first word is left has only to be scaled. */
export function homeSlot(slots: Int32Array, first: number): number {
  return Math.floor((((first << TABLE_BITS) >>> 0) * slots.length) / 2 ** 32);
}

/**
 * The number of the entry with the key of `packed`, or -1.
 *
 * @param home where probing begins
 * @param homeContent what is in the slot there
 */
export function findNumber(
  { slots, numberMask }: KeyTable,
  lists: EntryLists,
  packed: Int32Array,
  home: number,
  homeContent: number,
): number {
  const second = packed[1]!;
  let at = home;
  let slot = homeContent;
  while (slot !== 0) {
    if (((slot ^ second) & ~numberMask) === 0) {
      const number = (slot & numberMask) - 1;
      if (hasKey(lists, number, packed)) return number;
    }
    at = at + 1 === slots.length ? 0 : at + 1;
    slot = slots[at]!;
  }
  return -1;
}

/** Puts in the entry with the key of `packed`, which the table does not hold. */
export function putNumber(
  table: KeyTable,
  lists: EntryLists,
  packed: Int32Array,
  number: number,
): void {
  const isFull = table.used + 1 > table.slots.length * FULL;
  if (isFull || number >= table.numberMask) {
    remake(table, lists, Math.ceil(table.slots.length * (isFull ? GROWTH : 1)), number);
  }
  putSlot(table.slots, packed[0]!, (packed[1]! & ~table.numberMask) | (number + 1));
  table.used += 1;
}

function putSlot(slots: Words, first: number, slot: number): void {
  let at = homeSlot(slots, first);
  while (slots[at] !== 0) at = at + 1 === slots.length ? 0 : at + 1;
  slots[at] = slot;
}

/** Only the table is made anew, with room for `number`: the entries stay where they are. */
function remake(table: KeyTable, lists: EntryLists, slotCount: number, number: number): void {
  const { slots, numberMask } = table;
  table.slots = new Int32Array(slotCount);
  // The numbers of one list may be far behind those of another.
  table.numberMask = Math.max(numberMask, maskFor(Math.max(slotCount * TABLES, number * 2)));
  // In two passes, so that the reads of entries do not wait for each other.
  const firsts = new Int32Array(slots.length);
  for (let at = 0; at < slots.length; at += 1) {
    const slot = slots[at]!;
    if (slot !== 0) firsts[at] = firstWordOf(lists, (slot & numberMask) - 1);
  }
  for (let at = 0; at < slots.length; at += 1) {
    const slot = slots[at]!;
    if (slot === 0) continue;
    putSlot(table.slots, firsts[at]!, (slot & ~table.numberMask) | (slot & numberMask));
  }
  release(firsts);
  release(slots);
}

/** As many low bits as numbers below `count` need, with one added. */
function maskFor(count: number): number {
  return 2 ** Math.ceil(Math.log2(count + 1)) - 1;
}
