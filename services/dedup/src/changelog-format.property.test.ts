import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeChangelog, encodeChangelog } from './changelog-format.ts';

const bytes16 = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Buffer.from(bytes));
const entries = fc.array(
  fc.record({
    keyHash: bytes16.map((bytes) => bytes.toString('latin1')),
    bodyDigest: bytes16.map((bytes) => bytes.toString('hex')),
    firstSeenMs: fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
  }),
);

it('what was encoded is decoded, however it was split', () => {
  fc.assert(
    fc.property(entries, fc.integer({ min: 1, max: 5 }), (all, maxEntries) => {
      const values = encodeChangelog(all, maxEntries);
      expect(values.flatMap(decodeChangelog)).toEqual(all);
      expect(values).toHaveLength(Math.ceil(all.length / maxEntries));
    }),
  );
});

it('a value of 13,107 entries stays below 512 KiB', () => {
  const entry = { keyHash: 'k'.repeat(16), bodyDigest: '0'.repeat(32), firstSeenMs: 1 };
  const values = encodeChangelog(Array.from({ length: 13_108 }, () => entry));
  expect(values.map(({ length }) => length <= 512 * 1024 + 1)).toEqual([true, true]);
});

it.each([Buffer.alloc(0), Buffer.from([2]), Buffer.alloc(40, 1)])(
  'a value of unknown form is refused',
  (value) => {
    expect(() => decodeChangelog(value)).toThrow(
      expect.objectContaining({ code: 'ERR_DEDUP_CHANGELOG_CORRUPT' }),
    );
  },
);
