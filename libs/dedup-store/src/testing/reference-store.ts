import type { SeenEntry, WindowStore } from '../window-store.ts';

/**
 * What a window store does, said as plainly as possible. It forgets in the same portions as the
 * segmented store, so that both give the same answers also to records from before the latest one.
 */
export function createReferenceStore(windowMs: number): WindowStore {
  const entries = new Map<string, SeenEntry>();
  const portionMs = Math.ceil(windowMs / 8);
  const portionOf = (entry: SeenEntry): number => Math.floor(entry.firstSeenMs / portionMs);

  const add = (key: string, entry: SeenEntry): void => {
    const known = entries.get(key);
    if (known !== undefined && entry.firstSeenMs - known.firstSeenMs < windowMs) return;
    entries.set(key, entry);
  };

  return {
    windowMs,
    find(key, nowMs) {
      const entry = entries.get(key);
      return entry !== undefined && nowMs - entry.firstSeenMs < windowMs ? entry : undefined;
    },
    add,
    addPacked(bytes, at) {
      const firstSeenMs = Number(bytes.readBigInt64BE(at + 32));
      const bodyDigest = bytes.toString('hex', at + 16, at + 24);
      add(bytes.toString('latin1', at, at + 16), { bodyDigest, firstSeenMs });
      return firstSeenMs;
    },
    expire(nowMs) {
      for (const [key, entry] of entries) {
        const lastMs = (portionOf(entry) + 1) * portionMs - 1;
        if (nowMs - lastMs >= windowMs) entries.delete(key);
      }
    },
    get size() {
      return entries.size;
    },
    usage: () => ({
      segments: new Set([...entries.values()].map(portionOf)).size,
      ids: entries.size,
      bytes: entries.size * 100,
    }),
  };
}
