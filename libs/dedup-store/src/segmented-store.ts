import type { SeenEntry, WindowStore } from './window-store.ts';

/** How many segments a window is split into: memory is given back in such portions. */
const SEGMENTS = 8;

/**
 * A window store in memory: one map per time segment, and a whole segment is dropped when its last
 * moment has left the window.
 */
export function createSegmentedStore(windowMs: number): WindowStore {
  const segmentMs = Math.max(1, Math.ceil(windowMs / SEGMENTS));
  /** By segment number. */
  const segments = new Map<number, Map<string, SeenEntry>>();

  const holder = (key: string): SeenEntry | undefined => {
    for (const segment of segments.values()) {
      const entry = segment.get(key);
      if (entry !== undefined) return entry;
    }
    return undefined;
  };

  return {
    find(key, nowMs) {
      const entry = holder(key);
      return entry !== undefined && nowMs - entry.firstSeenMs < windowMs ? entry : undefined;
    },
    add(key, entry) {
      const known = holder(key);
      if (known !== undefined) {
        if (entry.firstSeenMs - known.firstSeenMs < windowMs) return;
        // Seen again after a whole window: it begins anew.
        segments.get(Math.floor(known.firstSeenMs / segmentMs))?.delete(key);
      }
      const number = Math.floor(entry.firstSeenMs / segmentMs);
      const segment = segments.get(number);
      if (segment === undefined) segments.set(number, new Map([[key, entry]]));
      else segment.set(key, entry);
    },
    expire(nowMs) {
      for (const number of segments.keys()) {
        if (nowMs - ((number + 1) * segmentMs - 1) >= windowMs) segments.delete(number);
      }
    },
    get size() {
      let size = 0;
      for (const segment of segments.values()) size += segment.size;
      return size;
    },
  };
}
