import { BridgeError } from '@gemini-events/events';

/** An id that a transaction added, as the changelog keeps it. */
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
const ENTRY_BYTES = 40;
const MAX_ENTRIES = Math.floor((512 * 1024) / ENTRY_BYTES);

/** Encodes entries into values of at most 512 KiB; none where there are no entries. */
export function encodeChangelog(
  entries: readonly ChangelogEntry[],
  maxEntries = MAX_ENTRIES,
): Buffer[] {
  const values: Buffer[] = [];
  for (let start = 0; start < entries.length; start += maxEntries) {
    const share = entries.slice(start, start + maxEntries);
    const value = Buffer.allocUnsafe(1 + share.length * ENTRY_BYTES);
    value[0] = VERSION;
    let at = 1;
    for (const { keyHash, bodyDigest, firstSeenMs } of share) {
      value.write(keyHash, at, 16, 'latin1');
      value.write(bodyDigest, at + 16, 16, 'hex');
      value.writeBigInt64BE(BigInt(firstSeenMs), at + 32);
      at += ENTRY_BYTES;
    }
    values.push(value);
  }
  return values;
}

/** @throws BridgeError ERR_DEDUP_CHANGELOG_CORRUPT */
export function decodeChangelog(value: Buffer): ChangelogEntry[] {
  if (value[0] !== VERSION || (value.length - 1) % ENTRY_BYTES !== 0) {
    throw new BridgeError('ERR_DEDUP_CHANGELOG_CORRUPT', 'a changelog record has an unknown form', {
      data: { version: value[0] ?? null, bytes: value.length },
    });
  }
  const entries: ChangelogEntry[] = [];
  for (let at = 1; at < value.length; at += ENTRY_BYTES) {
    entries.push({
      keyHash: value.toString('latin1', at, at + 16),
      bodyDigest: value.toString('hex', at + 16, at + 32),
      firstSeenMs: Number(value.readBigInt64BE(at + 32)),
    });
  }
  return entries;
}
