import type { SeenEntry, WindowStore } from './window-store.ts';

/**
 * The ids of an open transaction, on top of a store. They are found at once, but enter the store only
 * when the commit was acknowledged; an aborted transaction leaves the store as it was. Where a
 * transaction ends makes no difference to what is found.
 */
export interface Overlay {
  find(key: string, nowMs: number): SeenEntry | undefined;
  /** Remembers a key that `find` did not find at the entry's time. */
  add(key: string, entry: SeenEntry): void;
  /** What was added since the last commit or discard. */
  readonly added: ReadonlyMap<string, SeenEntry>;
  commit(): void;
  discard(): void;
}

export function createOverlay(store: WindowStore): Overlay {
  // A new map per transaction: a map that grew and was cleared makes later entries outlive the young
  // generation, and adding to it takes twice as long (measured with 5,000 entries and more).
  let added = new Map<string, SeenEntry>();
  const isWithin = (entry: SeenEntry, nowMs: number): boolean =>
    nowMs - entry.firstSeenMs < store.windowMs;

  return {
    get added() {
      return added;
    },
    find(key, nowMs) {
      const entry = added.get(key);
      if (entry === undefined) return store.find(key, nowMs);
      // After an outage one transaction may take records of more than a window.
      return isWithin(entry, nowMs) ? entry : undefined;
    },
    add(key, entry) {
      const known = added.get(key);
      if (known === undefined || !isWithin(known, entry.firstSeenMs)) added.set(key, entry);
    },
    commit() {
      for (const [key, entry] of added) store.add(key, entry);
      added = new Map();
    },
    discard() {
      added = new Map();
    },
  };
}
