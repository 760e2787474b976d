import { describe, expect, it } from 'vitest';
import { digestOf, keyOf, PACKED_BYTES, packedEntry } from './testing/entries.ts';
import type { WindowStore } from './window-store.ts';

const WINDOW_MS = 1_000;
const A = keyOf('a');
const entry = (firstSeenMs: number, bodyDigest = 'd') => ({
  bodyDigest: digestOf(bodyDigest),
  firstSeenMs,
});

/** What every window store has to keep. */
export function describeWindowStore(name: string, create: (windowMs: number) => WindowStore): void {
  describe(name, () => {
    it('finds a key within the window and not at its end', () => {
      const store = create(WINDOW_MS);
      store.add(A, entry(5_000));
      expect(store.find(A, 5_999)).toEqual(entry(5_000));
      expect(store.find(A, 6_000)).toBeUndefined();
      expect(store.find(keyOf('b'), 5_000)).toBeUndefined();
    });

    it('finds a key at a time before it was first seen: records come out of order', () => {
      const store = create(WINDOW_MS);
      store.add(A, entry(5_000));
      expect(store.find(A, 4_000)).toEqual(entry(5_000));
    });

    it('keeps the first entry of a key', () => {
      const store = create(WINDOW_MS);
      store.add(A, entry(5_000, 'first'));
      store.add(A, entry(5_500, 'second'));
      expect(store.find(A, 5_600)).toEqual(entry(5_000, 'first'));
      expect(store.size).toBe(1);
    });

    it('keeps the first entry of a key also when an earlier sighting comes later', () => {
      const store = create(WINDOW_MS);
      store.add(A, entry(5_500, 'first'));
      store.add(A, entry(3_000, 'second'));
      expect(store.find(A, 5_600)).toEqual(entry(5_500, 'first'));
      expect(store.size).toBe(1);
    });

    it('takes a key anew after a whole window', () => {
      const store = create(WINDOW_MS);
      store.add(A, entry(5_000, 'first'));
      store.add(A, entry(6_000, 'second'));
      expect(store.find(A, 6_500)).toEqual(entry(6_000, 'second'));
      expect(store.find(A, 5_500)).toEqual(entry(6_000, 'second'));
      expect(store.size).toBe(1);
    });

    it.each([
      ['common', 'other', 'common'],
      ['other', 'common', 'also'],
      ['common', 'also', 'other'],
    ])('takes a key anew after each window, with digest %s, then %s, then %s', (...digests) => {
      const store = create(WINDOW_MS);
      const entries = digests.map((digest, index) => entry(5_000 + index * WINDOW_MS, digest));
      for (const each of entries) {
        const { firstSeenMs, bodyDigest } = each;
        if (firstSeenMs % 2_000 === 0) store.add(A, each);
        else store.addPacked(packedEntry(A, bodyDigest, firstSeenMs), 0);
        store.add(A, entry(firstSeenMs + WINDOW_MS - 1, 'early'));
        expect(store.find(A, firstSeenMs)).toEqual(each);
        expect(store.size).toBe(1);
      }
      store.expire(7_999);
      expect(store.find(A, 7_999)).toEqual(entries[2]);
      store.expire(9_000);
      expect(store.usage()).toEqual({ segments: 0, ids: 0, bytes: 0 });
    });

    it('keeps the digest and the time of each of many keys', () => {
      const store = create(WINDOW_MS);
      const digests = ['common', 'other', 'common', 'also', 'comma', '....on'];
      const count = 5_000;
      const timeOf = (number: number): number => 5_000 + (number % 500);
      const digestAt = (number: number): string => digests[number % digests.length]!;
      for (let number = 0; number < count; number += 1) {
        store.add(keyOf(`k${number}`), entry(timeOf(number), digestAt(number)));
      }
      for (let number = 0; number < count; number += 1) {
        const expected = entry(timeOf(number), digestAt(number));
        expect(store.find(keyOf(`k${number}`), 5_500)).toEqual(expected);
      }
      expect(store.find(keyOf(`k${count}`), 5_500)).toBeUndefined();
      expect(store.size).toBe(count);
    });

    it('counts a key once however often it was taken anew, and not at all when it is gone', () => {
      const store = create(WINDOW_MS);
      for (let at = 0; at <= 5_000; at += 1_000) store.add(A, entry(at));
      expect(store.size).toBe(1);
      store.expire(5_999);
      expect(store.size).toBe(1);
      store.expire(7_000);
      expect(store.size).toBe(0);
      expect(store.find(A, 5_000)).toBeUndefined();
    });

    it('gives memory back when keys leave the window, and never before', () => {
      const store = create(WINDOW_MS);
      for (let at = 0; at < 3_000; at += 10) store.add(keyOf(`k${at}`), entry(at));
      const before = store.usage();
      store.expire(3_000);
      expect(store.find(keyOf('k2010'), 3_000)).toEqual(entry(2_010));
      expect(store.size).toBeGreaterThanOrEqual(99);
      expect(store.size).toBeLessThan(130);

      const after = store.usage();
      expect(after.ids).toBe(store.size);
      expect(after.segments).toBeLessThan(before.segments);
      expect(after.bytes).toBeLessThan(before.bytes / 2);
      store.expire(4_500);
      expect(store.usage()).toEqual({ segments: 0, ids: 0, bytes: 0 });
    });

    it('takes an entry from the bytes of the changelog like any other, and tells its time', () => {
      const store = create(WINDOW_MS);
      const key = Buffer.from('00ff80017f0a0dfe10002000fffefdfc', 'hex').toString('latin1');
      const bytes = Buffer.concat([
        Buffer.of(1),
        packedEntry(A, 'ffffffff00000000', 5_000),
        packedEntry(key, '80017fff0000000a', 5_200),
        packedEntry(A, digestOf('second'), 5_500),
      ]);
      const times = [0, 1, 2].map((index) => store.addPacked(bytes, 1 + index * PACKED_BYTES));
      expect(times).toEqual([5_000, 5_200, 5_500]);
      expect(store.find(A, 5_999)).toEqual({ bodyDigest: 'ffffffff00000000', firstSeenMs: 5_000 });
      expect(store.find(key, 5_999)).toEqual({
        bodyDigest: '80017fff0000000a',
        firstSeenMs: 5_200,
      });
      expect(store.size).toBe(2);
    });

    it('leaves bytes that end within an entry', () => {
      const store = create(WINDOW_MS);
      const bytes = packedEntry(A, digestOf('d'), 5_000);
      expect(() => store.addPacked(bytes, 1)).toThrow(RangeError);
      expect(() => store.addPacked(bytes.subarray(0, 39), 0)).toThrow(RangeError);
      expect(store.size).toBe(0);
    });

    it.each([-1, 0, 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 1_764_000_000_123, 2 ** 43])(
      'is exact at %d ms',
      (at) => {
        const store = create(WINDOW_MS);
        expect(store.addPacked(packedEntry(A, digestOf('d'), at), 0)).toBe(at);
        store.add(keyOf('b'), entry(at));
        for (const key of [A, keyOf('b')]) {
          expect(store.find(key, at + WINDOW_MS - 1)).toEqual(entry(at));
          expect(store.find(key, at + WINDOW_MS)).toBeUndefined();
        }
        store.expire(at + WINDOW_MS - 1);
        expect(store.size).toBe(2);
      },
    );
  });
}
