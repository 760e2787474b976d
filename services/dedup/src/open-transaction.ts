import { createOpenKeys, type WindowStore } from '@gemini-events/dedup-store';
import {
  type ChangelogWriter,
  createChangelogWriter,
  restoreChangelog,
} from './changelog-format.ts';

/**
 * The keys that an open transaction adds, in front of a store. They are found at once, but enter the
 * store only when the commit was acknowledged; an aborted transaction leaves the store as it was.
 *
 * They are written as the changelog holds them, and the store takes them from there: one form for what
 * is committed, sent and read back.
 */
export interface OpenTransaction {
  /** @param capacity how many keys it will add at most */
  begin(capacity: number): void;
  /**
   * The digest of a key that was first seen less than a window before `nowMs`, or as many characters of
   * it as the store keeps.
   */
  digestOf(key: string, nowMs: number): string | undefined;
  /** @param digest lower-case hex of 16 bytes, of which the first 8 are compared later */
  add(key: string, digest: string, nowMs: number): void;
  /** Values for the changelog: what was added since `begin`, in order. */
  changelog(): readonly Buffer[];
  commit(): void;
  discard(): void;
}

export function createOpenTransaction(store: WindowStore): OpenTransaction {
  const added = createOpenKeys(store.windowMs);
  let writer: ChangelogWriter = createChangelogWriter(0);

  const end = (): void => {
    added.clear();
    writer = createChangelogWriter(0);
  };
  return {
    begin(capacity) {
      writer = createChangelogWriter(capacity);
    },
    digestOf: (key, nowMs) => (added.find(key, nowMs) ?? store.find(key, nowMs))?.bodyDigest,
    add(key, digest, nowMs) {
      writer.add(key, digest, nowMs);
      added.addPacked(writer.last.bytes, writer.last.at);
    },
    changelog: () => writer.values(),
    commit() {
      for (const value of writer.values()) restoreChangelog(value, store);
      end();
    },
    discard: end,
  };
}
