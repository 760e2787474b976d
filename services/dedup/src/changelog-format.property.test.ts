import { createSegmentedStore } from '@gemini-events/dedup-store';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type ChangelogEntry, encodeChangelog, restoreChangelog } from './changelog-format.ts';

const bytes16 = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Buffer.from(bytes));
const entries = fc.array(
  fc.record({
    keyHash: bytes16.map((bytes) => bytes.toString('latin1')),
    bodyDigest: bytes16.map((bytes) => bytes.toString('hex')),
    firstSeenMs: fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
  }),
);

/** What a store is given of a value, read by hand. */
function entriesOf(value: Buffer): ChangelogEntry[] {
  const read: ChangelogEntry[] = [];
  restoreChangelog(value, {
    addPacked(bytes, at) {
      const firstSeenMs = Number(bytes.readBigInt64BE(at + 32));
      read.push({
        keyHash: bytes.toString('latin1', at, at + 16),
        bodyDigest: bytes.toString('hex', at + 16, at + 32),
        firstSeenMs,
      });
      return firstSeenMs;
    },
  });
  return read;
}

it('what was encoded is restored, however it was split', () => {
  fc.assert(
    fc.property(entries, fc.integer({ min: 1, max: 5 }), (all, maxEntries) => {
      const values = encodeChangelog(all, maxEntries);
      expect(values.flatMap(entriesOf)).toEqual(all);
      expect(values).toHaveLength(Math.ceil(all.length / maxEntries));
    }),
  );
});

it('a store finds what was encoded, and the latest time of a value is told', () => {
  const store = createSegmentedStore(1_000);
  const key = 'k'.repeat(16);
  const [value = Buffer.alloc(0)] = encodeChangelog([
    { keyHash: key, bodyDigest: 'ab'.repeat(16), firstSeenMs: 1_764_000_000_123 },
    { keyHash: 'l'.repeat(16), bodyDigest: 'cd'.repeat(16), firstSeenMs: 1_764_000_000_120 },
  ]);
  expect(restoreChangelog(value, store)).toBe(1_764_000_000_123);
  expect(store.find(key, 1_764_000_000_123)).toEqual({
    bodyDigest: 'ab'.repeat(8),
    firstSeenMs: 1_764_000_000_123,
  });
});

it('a value of 13,107 entries stays below 512 KiB', () => {
  const entry = { keyHash: 'k'.repeat(16), bodyDigest: '0'.repeat(32), firstSeenMs: 1 };
  const values = encodeChangelog(Array.from({ length: 13_108 }, () => entry));
  expect(values.map(({ length }) => length <= 512 * 1024 + 1)).toEqual([true, true]);
});

it.each([Buffer.alloc(0), Buffer.from([2]), Buffer.alloc(40, 1)])(
  'a value of unknown form is refused',
  (value) => {
    expect(() => restoreChangelog(value, createSegmentedStore(1_000))).toThrow(
      expect.objectContaining({ code: 'ERR_DEDUP_CHANGELOG_CORRUPT' }),
    );
  },
);
