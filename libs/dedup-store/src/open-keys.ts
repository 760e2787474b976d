import { createEntryList, putEntry } from './entry-list.ts';
import { addEntry, digestOf } from './entry-lists.ts';
import { createKeyTable, findNumber, homeSlot, putNumber } from './key-table.ts';
import { ENTRY_WORDS, packBytes, packKey } from './packed-entry.ts';
import type { SeenEntry, WindowStore } from './window-store.ts';

/** Keys of a moment, as of an open transaction: found like those of a store, and forgotten at once. */
export interface OpenKeys extends Pick<WindowStore, 'find' | 'addPacked'> {
  clear(): void;
}

/**
 * Keeps its memory when it is cleared: a map of strings would live just long enough to be taken for old
 * by the garbage collector (measured: 200 bytes a record), and a store of its own would be made and
 * dropped for each of the many small transactions of a quiet time.
 */
export function createOpenKeys(windowMs: number): OpenKeys {
  const list = createEntryList(null);
  const lists = [list];
  const table = createKeyTable();
  /** First-seen times, by number. */
  const times: number[] = [];
  const packed = new Int32Array(ENTRY_WORDS);

  const numberOfPacked = (): number => {
    if (list.length === 0) return -1;
    const home = homeSlot(table.slots, packed[0]!);
    return findNumber(table, lists, packed, home, table.slots[home]!);
  };

  return {
    find(key, nowMs): SeenEntry | undefined {
      packKey(key, packed);
      const number = numberOfPacked();
      if (number === -1) return undefined;
      const firstSeenMs = times[number]!;
      if (nowMs - firstSeenMs >= windowMs) return undefined;
      return { bodyDigest: digestOf(lists, number), firstSeenMs };
    },
    addPacked(bytes, at) {
      const firstSeenMs = packBytes(bytes, at, packed);
      const known = numberOfPacked();
      if (known === -1) {
        const number = addEntry(lists, packed);
        putNumber(table, lists, packed, number);
        times[number] = firstSeenMs;
      } else if (firstSeenMs - times[known]! >= windowMs) {
        putEntry(list, known, packed);
        times[known] = firstSeenMs;
      }
      return firstSeenMs;
    },
    clear() {
      if (list.length === 0) return;
      list.length = 0;
      table.slots.fill(0);
      table.used = 0;
    },
  };
}
