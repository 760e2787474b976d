import type { SeenEntry, WindowStore } from './window-store.ts';

/**
 * The ids of an open transaction, on top of a store. They are found at once, but enter the store only
 * when the commit was acknowledged; an aborted transaction leaves the store as it was.
 */
export interface Overlay {
  find(key: string, nowMs: number): SeenEntry | undefined;
  add(key: string, entry: SeenEntry): void;
  /** What was added since the last commit or discard, in order. */
  readonly added: ReadonlyMap<string, SeenEntry>;
  commit(): void;
  discard(): void;
}

export function createOverlay(store: WindowStore): Overlay {
  const added = new Map<string, SeenEntry>();
  return {
    added,
    find: (key, nowMs) => added.get(key) ?? store.find(key, nowMs),
    add: (key, entry) => {
      if (!added.has(key)) added.set(key, entry);
    },
    commit() {
      for (const [key, entry] of added) store.add(key, entry);
      added.clear();
    },
    discard: () => added.clear(),
  };
}
