import type { WindowStore } from '@gemini-events/dedup-store';
import { BridgeError } from '@gemini-events/events';
import { KEY_BYTES } from './key-hash.ts';

/** A key that a transaction added, as the changelog keeps it. */
export interface ChangelogEntry {
  /** 16 bytes as a latin1 string. */
  readonly keyHash: string;
  /** Lower-case hex of 16 bytes. */
  readonly bodyDigest: string;
  /** Milliseconds since 1970. */
  readonly firstSeenMs: number;
}

/**
 * A changelog value: one byte version, then 40 bytes per entry: key hash (16), body digest (16),
 * first-seen time (8, big-endian).
 */
const VERSION = 1;
const HEAD_BYTES = 1;
const ENTRY_BYTES = 40;
const DIGEST_BYTES = 16;
const TIME_AT = KEY_BYTES + DIGEST_BYTES;
const MAX_ENTRIES = Math.floor((512 * 1024) / ENTRY_BYTES);
const UINT32 = 2 ** 32;

/** Collects entries in values of at most 512 KiB, in the order in which they were added. */
export interface ChangelogWriter {
  add(keyHash: string, bodyDigest: string, firstSeenMs: number): void;
  /** Where the entry stands that was added last. */
  readonly last: { readonly bytes: Buffer; readonly at: number };
  /** What was added; none where that is nothing. */
  values(): Buffer[];
}

/** @param capacity how many entries will be added at most */
export function createChangelogWriter(capacity: number, maxEntries = MAX_ENTRIES): ChangelogWriter {
  const full: Buffer[] = [];
  let left = capacity;
  let value: Buffer | null = null;
  let at = 0;
  const last: { bytes: Buffer; at: number } = { bytes: Buffer.alloc(0), at: 0 };
  return {
    last,
    add(keyHash, bodyDigest, firstSeenMs) {
      if (value !== null && at === value.length) {
        full.push(value);
        value = null;
      }
      if (value === null) {
        value = Buffer.allocUnsafe(HEAD_BYTES + Math.min(left, maxEntries) * ENTRY_BYTES);
        value[0] = VERSION;
        at = HEAD_BYTES;
      }
      value.write(keyHash, at, KEY_BYTES, 'latin1');
      value.write(bodyDigest, at + KEY_BYTES, DIGEST_BYTES, 'hex');
      const high = Math.floor(firstSeenMs / UINT32);
      value.writeInt32BE(high, at + TIME_AT);
      value.writeUInt32BE(firstSeenMs - high * UINT32, at + TIME_AT + 4);
      last.bytes = value;
      last.at = at;
      at += ENTRY_BYTES;
      left -= 1;
    },
    values: () => (value === null ? full : [...full, value.subarray(0, at)]),
  };
}

/** Encodes entries into values of at most 512 KiB; none where there are no entries. */
export function encodeChangelog(
  entries: readonly ChangelogEntry[],
  maxEntries = MAX_ENTRIES,
): Buffer[] {
  const writer = createChangelogWriter(entries.length, maxEntries);
  for (const { keyHash, bodyDigest, firstSeenMs } of entries) {
    writer.add(keyHash, bodyDigest, firstSeenMs);
  }
  return writer.values();
}

/**
 * Puts the entries of a changelog value into a store.
 * @returns the latest first-seen time among them, milliseconds since 1970
 * @throws BridgeError ERR_DEDUP_CHANGELOG_CORRUPT
 */
export function restoreChangelog(value: Buffer, store: Pick<WindowStore, 'addPacked'>): number {
  if (value[0] !== VERSION || (value.length - HEAD_BYTES) % ENTRY_BYTES !== 0) {
    throw new BridgeError('ERR_DEDUP_CHANGELOG_CORRUPT', 'a changelog record has an unknown form', {
      data: { version: value[0] ?? null, bytes: value.length },
    });
  }
  let latestMs = 0;
  for (let at = HEAD_BYTES; at < value.length; at += ENTRY_BYTES) {
    latestMs = Math.max(latestMs, store.addPacked(value, at));
  }
  return latestMs;
}
