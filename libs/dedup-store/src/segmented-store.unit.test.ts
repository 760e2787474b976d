import { describe, expect, it } from 'vitest';
import { createSegmentedStore } from './segmented-store.ts';
import { COMMON_DIGESTS, digestOf, keyOf, packedEntry } from './testing/entries.ts';
import { createReferenceStore } from './testing/reference-store.ts';
import { describeWindowStore } from './window-store.contract.ts';

describeWindowStore('segmented store in memory', (windowMs) => createSegmentedStore(windowMs));
describeWindowStore('segmented store in memory, with common digests', (windowMs) =>
  createSegmentedStore(windowMs, COMMON_DIGESTS),
);
describeWindowStore('reference store of the tests', createReferenceStore);

const HOUR_MS = 3_600_000;
const START_MS = 1_764_000_000_000;
const DIGEST = digestOf('d');

/** A key of four words. */
function keyOfWords(...words: readonly [number, number, number, number]): string {
  const bytes = Buffer.alloc(16);
  words.forEach((word, index) => bytes.writeUInt32BE(word >>> 0, index * 4));
  return bytes.toString('latin1');
}

/** A key as a hash would make it: equal numbers give equal keys. */
function scatteredKey(number: number): string {
  const spread = Math.imul(number + 1, 0x9e3779b1);
  return keyOfWords(spread, Math.imul(spread, 0x85ebca6b), number, ~spread);
}

describe('segmented store in memory, its tables', () => {
  it('finds each of many keys, and no others, while chunks and tables grow', () => {
    const store = createSegmentedStore(72 * HOUR_MS);
    const count = 50_000;
    const timeOf = (number: number): number => START_MS + (number % 50) * HOUR_MS + number;
    for (let number = 0; number < count; number += 1) {
      const bytes = packedEntry(scatteredKey(number), DIGEST, timeOf(number));
      if (number % 2 === 0) store.addPacked(bytes, 0);
      else store.add(scatteredKey(number), { bodyDigest: DIGEST, firstSeenMs: timeOf(number) });
    }
    expect(store.size).toBe(count);
    const numbers = Array.from({ length: count }, (_, number) => number);
    const now = START_MS + 50 * HOUR_MS;
    const timeFound = (number: number) => store.find(scatteredKey(number), now)?.firstSeenMs;
    expect(numbers.filter((number) => timeFound(number) !== timeOf(number))).toEqual([]);
    expect(numbers.filter((number) => timeFound(count + number) !== undefined)).toEqual([]);
    expect(store.usage().bytes / count).toBeGreaterThan(32);
    expect(store.usage().bytes / count).toBeLessThan(45);
  });

  it.each([
    ['the first slot', 0, 1],
    ['the last slot, so that probing goes on at the first', 0xffff_ffff, 1],
    ['one slot with the same marks', 0x8000_0000, 0],
  ])('tells keys apart that all begin at %s', (_, first, spread) => {
    const store = createSegmentedStore(72 * HOUR_MS);
    const key = (number: number): string =>
      keyOfWords(first, number * spread * 0x0101_0101, 7, number);
    for (let number = 0; number < 1_500; number += 1) {
      store.add(key(number), { bodyDigest: DIGEST, firstSeenMs: START_MS + number });
    }
    const times = Array.from({ length: 1_501 }, (_, number) => store.find(key(number), START_MS));
    expect(times.map((found) => found?.firstSeenMs)).toEqual([
      ...Array.from({ length: 1_500 }, (_, number) => START_MS + number),
      undefined,
    ]);
  });

  it.each([510, 511, 512, 513, 3_000])(
    'finds the key after %d others when it is the first of its table',
    (others) => {
      const store = createSegmentedStore(72 * HOUR_MS);
      for (let number = 0; number < others; number += 1) {
        store.addPacked(packedEntry(keyOfWords(-1, number, 0, 0), DIGEST, START_MS), 0);
      }
      const keys = [keyOfWords(0, -1, 0, 0), keyOfWords(0, 0, 0, 0)];
      for (const key of keys) store.add(key, { bodyDigest: DIGEST, firstSeenMs: START_MS + 1 });
      for (const key of keys) expect(store.find(key, START_MS)?.firstSeenMs).toBe(START_MS + 1);
      expect(store.find(keyOfWords(0, 1, 0, 0), START_MS)).toBeUndefined();
    },
  );

  it('finds the keys of one digest when its table grows for those of another', () => {
    const store = createSegmentedStore(72 * HOUR_MS, COMMON_DIGESTS);
    const add = (key: string, bodyDigest: string): number =>
      store.addPacked(packedEntry(key, bodyDigest, START_MS), 0);
    for (let number = 0; number < 3_000; number += 1) add(keyOfWords(-1, number, 0, 0), DIGEST);
    const keys = Array.from({ length: 100 }, (_, number) => keyOfWords(number, -number, 0, 0));
    keys.forEach((key, number) => add(key, number === 0 ? DIGEST : COMMON_DIGESTS[0]!));
    expect(keys.filter((key) => store.find(key, START_MS) === undefined)).toEqual([]);
  });

  it('takes two words less for an entry with a common digest', () => {
    const bytesWith = (bodyDigest: string): number => {
      const store = createSegmentedStore(8_000, COMMON_DIGESTS);
      for (let number = 0; number < 2_048 * 4; number += 1) {
        store.addPacked(packedEntry(scatteredKey(number), bodyDigest, 0), 0);
      }
      return store.usage().bytes / (2_048 * 4);
    };
    for (const common of COMMON_DIGESTS) expect(bytesWith(DIGEST) - bytesWith(common)).toBe(8);
  });

  it('tells keys apart that differ in one word only', () => {
    const store = createSegmentedStore(1_000);
    const keys = [0, 1, 2, 3].map((place) => {
      const words: [number, number, number, number] = [5, 5, 5, 5];
      words[place] = 6;
      return keyOfWords(...words);
    });
    keys.forEach((key, index) => store.add(key, { bodyDigest: DIGEST, firstSeenMs: index }));
    expect(keys.map((key) => store.find(key, 0)?.firstSeenMs)).toEqual([0, 1, 2, 3]);
    expect(store.find(keyOfWords(5, 5, 5, 5), 0)).toBeUndefined();
  });

  it('gives back an eighth of the window at a time, with all of its bytes', () => {
    const store = createSegmentedStore(8_000);
    for (let number = 0; number < 16_000; number += 1) {
      store.addPacked(packedEntry(scatteredKey(number), DIGEST, number % 8_000), 0);
    }
    const full = store.usage();
    expect(full.segments).toBe(8);
    for (let dropped = 1; dropped <= 8; dropped += 1) {
      store.expire(7_999 + dropped * 1_000);
      expect(store.usage()).toEqual({
        segments: 8 - dropped,
        ids: 16_000 - dropped * 2_000,
        bytes: full.bytes - (dropped * full.bytes) / 8,
      });
    }
  });

  it('gives memory back at once, and does not wait for the garbage collector', () => {
    const store = createSegmentedStore(8_000);
    for (let number = 0; number < 200_000; number += 1) {
      store.addPacked(packedEntry(scatteredKey(number), DIGEST, 0), 0);
    }
    const { bytes } = store.usage();
    const before = process.memoryUsage().arrayBuffers;
    store.expire(16_000);
    expect(before - process.memoryUsage().arrayBuffers).toBeGreaterThan(bytes * 0.9);
  });

  it('takes little for a segment with few keys', () => {
    const store = createSegmentedStore(8_000);
    store.add(keyOf('a'), { bodyDigest: DIGEST, firstSeenMs: 0 });
    expect(store.usage().bytes).toBeLessThan(64_000);
  });
});

describe('segmented store in memory, what it refuses', () => {
  it('a key or a digest that would not come back as it was given', () => {
    const store = createSegmentedStore(1_000);
    const entry = { bodyDigest: DIGEST, firstSeenMs: 0 };
    for (const key of ['', 'a', `${keyOf('a')}b`, '\u0100'.padEnd(16)]) {
      expect(() => store.add(key, entry)).toThrow(RangeError);
      expect(() => store.find(key, 0)).toThrow(RangeError);
    }
    for (const bodyDigest of ['', 'D'.repeat(16), 'd'.repeat(32), '0x00000000000000']) {
      expect(() => store.add(keyOf('a'), { bodyDigest, firstSeenMs: 0 })).toThrow(RangeError);
    }
    expect(store.size).toBe(0);
  });

  it('a common digest that is none', () => {
    expect(() => createSegmentedStore(1_000, ['d'.repeat(32)])).toThrow(RangeError);
  });

  it.each([0, -1, Number.NaN, 8 * 2 ** 32 + 1])('a window of %d ms', (windowMs) => {
    expect(() => createSegmentedStore(windowMs)).toThrow(RangeError);
  });

  it('takes the shortest and the longest window', () => {
    for (const windowMs of [1, 2, 9, 8 * 2 ** 32]) {
      const store = createSegmentedStore(windowMs);
      const at = 2 ** 43 - 1;
      store.add(keyOf('a'), { bodyDigest: DIGEST, firstSeenMs: at });
      store.add(keyOf('a'), { bodyDigest: digestOf('anew'), firstSeenMs: at + windowMs });
      expect(store.find(keyOf('a'), at + windowMs)?.bodyDigest).toBe(digestOf('anew'));
      expect(store.find(keyOf('a'), at + windowMs)?.firstSeenMs).toBe(at + windowMs);
      expect(store.find(keyOf('a'), at + 2 * windowMs)).toBeUndefined();
      expect(store.size).toBe(1);
    }
  });
});
