import { commonDigest } from './common-digest.ts';
import { digestOf } from './entry-lists.ts';
import { findNumber, homeSlot, tableOf } from './key-table.ts';
import { ENTRY_WORDS, packBytes, packDigest, packKey, TIME } from './packed-entry.ts';
import {
  addToSegment,
  bytesOf,
  createSegment,
  dropSegment,
  entryCount,
  firstSeenOf,
  type Segment,
} from './segment.ts';
import type { WindowStore } from './window-store.ts';

/** How many segments a window is split into: memory is given back in such portions. */
const SEGMENTS = 8;
/** The time of an entry within its segment has to fit into 32 bits. */
const MAX_WINDOW_MS = SEGMENTS * 2 ** 32;

/**
 * A window store in memory: typed arrays per time segment, about 34 bytes a key, and 26 for one with a
 * common digest. A whole segment is dropped when its last moment has left the window.
 *
 * @param commonDigests body digests that many keys are expected to have
 * @throws RangeError where the window is not 1 ms to 397 days, or a common digest is none
 */
export function createSegmentedStore(
  windowMs: number,
  commonDigests: readonly string[] = [],
): WindowStore {
  if (!(windowMs >= 1 && windowMs <= MAX_WINDOW_MS)) {
    throw new RangeError(`a window has to be 1 to ${MAX_WINDOW_MS} ms`);
  }
  const segmentMs = Math.ceil(windowMs / SEGMENTS);
  const commons = commonDigests.map(commonDigest);
  /** The latest first. */
  const segments: Segment[] = [];
  /** The entry of the present call, and where probing for it begins: kept, so that calls make no garbage. */
  const packed = new Int32Array(ENTRY_WORDS);
  const homes: number[] = [];
  const homeContents: number[] = [];

  /**
   * The latest segment that holds the key of `packed`. Earlier ones may hold it too: a key that comes
   * again after a whole window is added anew, and its earlier entry stays until its segment is dropped.
   */
  const holder = (): { readonly segment: Segment; readonly number: number } | undefined => {
    // First look once into each table, then decide: reads that no decision waits for go on side by
    // side in the processor, and nearly each of them is a miss of its caches.
    const first = packed[0]!;
    const count = segments.length;
    for (let index = 0; index < count; index += 1) {
      const { slots } = tableOf(segments[index]!.tables, first);
      const home = homeSlot(slots, first);
      homes[index] = home;
      homeContents[index] = slots[home]!;
    }
    for (let index = 0; index < count; index += 1) {
      const segment = segments[index]!;
      const table = tableOf(segment.tables, first);
      const number = findNumber(table, segment.lists, packed, homes[index]!, homeContents[index]!);
      if (number !== -1) return { segment, number };
    }
    return undefined;
  };

  const segmentAt = (startMs: number): Segment => {
    let place = 0;
    while (place < segments.length && segments[place]!.startMs > startMs) place += 1;
    const known = segments[place];
    if (known?.startMs === startMs) return known;
    const segment = createSegment(startMs, commons);
    segments.splice(place, 0, segment);
    return segment;
  };

  const addAt = (firstSeenMs: number): void => {
    const held = holder();
    if (held !== undefined) {
      if (firstSeenMs - firstSeenOf(held.segment, held.number) < windowMs) return;
      held.segment.superseded += 1;
    }
    // Two entries of a key are a window apart or more, so they are never in the same segment.
    const segment = segmentAt(Math.floor(firstSeenMs / segmentMs) * segmentMs);
    packed[TIME] = firstSeenMs - segment.startMs;
    addToSegment(segment, packed);
  };

  const size = (): number => {
    let ids = 0;
    for (const segment of segments) ids += entryCount(segment) - segment.superseded;
    return ids;
  };

  return {
    windowMs,
    find(key, nowMs) {
      packKey(key, packed);
      const held = holder();
      if (held === undefined) return undefined;
      const firstSeenMs = firstSeenOf(held.segment, held.number);
      if (nowMs - firstSeenMs >= windowMs) return undefined;
      return { bodyDigest: digestOf(held.segment.lists, held.number), firstSeenMs };
    },
    add(key, { bodyDigest, firstSeenMs }) {
      packKey(key, packed);
      packDigest(bodyDigest, packed);
      addAt(firstSeenMs);
    },
    addPacked(bytes, at) {
      const firstSeenMs = packBytes(bytes, at, packed);
      addAt(firstSeenMs);
      return firstSeenMs;
    },
    expire(nowMs) {
      for (let last = segments.at(-1); last !== undefined; last = segments.at(-1)) {
        const lastMs = last.startMs + segmentMs - 1;
        if (nowMs - lastMs < windowMs) return;
        segments.pop();
        dropSegment(last);
      }
    },
    get size() {
      return size();
    },
    usage() {
      let bytes = 0;
      for (const segment of segments) bytes += bytesOf(segment);
      return { segments: segments.length, ids: size(), bytes };
    },
  };
}
