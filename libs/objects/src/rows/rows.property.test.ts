import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findEntries } from './find-entries.ts';
import { HASH_END, keyHash } from './key-hash.ts';
import { createLineSplitter } from './line-splitter.ts';
import { orderOf } from './order-of.ts';
import { createRowIndexer, ENTRY_BYTES } from './row-index.ts';

function lines(file: Buffer, cuts: readonly number[], maxLineBytes: number) {
  const found: { text: string; offset: number; length: number; isCut: boolean }[] = [];
  const splitter = createLineSplitter(maxLineBytes, ({ bytes, offset, length, isCut }) => {
    if (isCut) {
      found.push({ text: bytes.toString(), offset, length, isCut });
      return;
    }
    let start = offset;
    for (const text of bytes.toString().split('\n')) {
      const line = { text, offset: start, length: Buffer.byteLength(text), isCut };
      found.push(line);
      start += line.length + 1;
    }
  });
  const ends = [...new Set(cuts.map((cut) => cut % (file.length + 1)))].sort((a, b) => a - b);
  let from = 0;
  for (const end of [...ends, file.length]) {
    const chunk = Buffer.from(file.subarray(from, end));
    splitter.push(chunk);
    chunk.fill(0);
    from = end;
  }
  splitter.end();
  return found;
}

describe('lines of a file that comes in pieces', () => {
  it('are those of the whole, at the places where they stand', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', 'é', '\n', '\r', ' ') }),
        fc.array(fc.nat()),
        (text, cuts) => {
          const file = Buffer.from(text);
          const found = lines(file, cuts, 1_000);
          const expected = text.split('\n');
          if (expected.at(-1) === '') expected.pop();
          expect(found.map((line) => line.text)).toEqual(expected);
          for (const { text: line, offset, length, isCut } of found) {
            expect(file.subarray(offset, offset + length).toString()).toBe(line);
            expect(isCut).toBe(false);
          }
        },
      ),
    );
  });

  it('keep their places where one is too long, of which the beginning is kept', () => {
    fc.assert(
      fc.property(fc.integer({ min: 11, max: 9_000 }), fc.array(fc.nat()), (length, cuts) => {
        const file = Buffer.from(`ab\n${'x'.repeat(length)}\ncd`);
        const found = lines(file, cuts, 10);
        expect(found.map((line) => line.length)).toEqual([2, length, 2]);
        expect(found.map((line) => line.isCut)).toEqual([false, true, false]);
        expect('x'.repeat(length).startsWith(found[1]?.text ?? '?')).toBe(true);
        expect(found[2]).toMatchObject({ text: 'cd', offset: 4 + length });
      }),
    );
  });
});

/** A run is good until the next one. */
const copyOf = (run: Buffer | null): Buffer => Buffer.from(run ?? []);

describe('the order of hashes', () => {
  it('is that of a sort that leaves same ones as they came', () => {
    const anyHash = fc.maxSafeNat().map((hash) => hash % HASH_END);
    // Some files have all their hashes in one place, by chance or as somebody has chosen the keys.
    const fewHashes = fc.nat(40).map((hash) => 7 * 2 ** 37 + hash);
    fc.assert(
      fc.property(fc.array(fc.oneof(anyHash, fewHashes), { maxLength: 300 }), (all) => {
        const hashes = Float64Array.from(all);
        const expected = all.map((_, at) => at);
        expected.sort((left, right) => (all[left] ?? 0) - (all[right] ?? 0) || left - right);
        expect(Array.from(orderOf(hashes))).toEqual(expected);
      }),
    );
  });
});

describe('the index of keys', () => {
  it('finds every key where it stands, each time it stands there, and none that is not', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ maxLength: 6 }), { maxLength: 400 }),
        fc.integer({ min: 1, max: 100 }),
        fc.string({ minLength: 7 }),
        async (keys, runEntries, other) => {
          const indexer = createRowIndexer(runEntries);
          const parts = keys.map((key, at) => copyOf(indexer.add(keyHash(key), at * 10, 7)));
          const index = Buffer.concat([...parts, copyOf(indexer.end())]);
          expect(index.length).toBe(keys.length * ENTRY_BYTES);
          const find = (key: string) =>
            findEntries(key, indexer.runs, async (start, end) => index.subarray(start, end));
          for (const key of new Set(keys)) {
            const places = keys.flatMap((each, at) => (each === key ? [at * 10] : []));
            expect((await find(key)).map(({ offset }) => offset)).toEqual(places);
          }
          expect(await find(other)).toEqual([]);
          // Within one run they are counted exactly.
          const repeated = keys.length - new Set(keys).size;
          expect(indexer.repeated).toBeLessThanOrEqual(repeated);
          expect(keys.length >= runEntries || indexer.repeated === repeated).toBe(true);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('finds a row of many with one small read for each run', async () => {
    const indexer = createRowIndexer(50_000);
    const parts: Buffer[] = [];
    for (let at = 0; at < 120_000; at += 1)
      parts.push(copyOf(indexer.add(keyHash(`request-${at}`), at, 1)));
    parts.push(copyOf(indexer.end()));
    const index = Buffer.concat(parts);
    let read = 0;
    const found = await findEntries('request-77777', indexer.runs, async (start, end) => {
      read += end - start;
      return index.subarray(start, end);
    });
    expect(found.map(({ offset }) => offset)).toEqual([77_777]);
    expect(indexer.runs).toEqual([50_000, 50_000, 20_000]);
    expect(read).toBeLessThan(index.length / 40);
  });
});
