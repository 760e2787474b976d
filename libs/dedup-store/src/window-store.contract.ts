import { describe, expect, it } from 'vitest';
import type { WindowStore } from './window-store.ts';

const WINDOW_MS = 1_000;
const entry = (firstSeenMs: number, bodyDigest = 'd') => ({ bodyDigest, firstSeenMs });

/** What every window store has to keep. */
export function describeWindowStore(name: string, create: (windowMs: number) => WindowStore): void {
  describe(name, () => {
    it('finds a key within the window and not at its end', () => {
      const store = create(WINDOW_MS);
      store.add('a', entry(5_000));
      expect(store.find('a', 5_999)).toEqual(entry(5_000));
      expect(store.find('a', 6_000)).toBeUndefined();
      expect(store.find('b', 5_000)).toBeUndefined();
    });

    it('finds a key at a time before it was first seen: records come out of order', () => {
      const store = create(WINDOW_MS);
      store.add('a', entry(5_000));
      expect(store.find('a', 4_000)).toEqual(entry(5_000));
    });

    it('keeps the first entry of a key', () => {
      const store = create(WINDOW_MS);
      store.add('a', entry(5_000, 'first'));
      store.add('a', entry(5_500, 'second'));
      expect(store.find('a', 5_600)?.bodyDigest).toBe('first');
      expect(store.size).toBe(1);
    });

    it('takes a key anew after a whole window', () => {
      const store = create(WINDOW_MS);
      store.add('a', entry(5_000, 'first'));
      store.add('a', entry(6_000, 'second'));
      expect(store.find('a', 6_500)?.bodyDigest).toBe('second');
      expect(store.size).toBe(1);
    });

    it('gives memory back when keys leave the window, and never before', () => {
      const store = create(WINDOW_MS);
      for (let at = 0; at < 3_000; at += 10) store.add(`k${at}`, entry(at));
      store.expire(3_000);
      expect(store.find('k2010', 3_000)).toEqual(entry(2_010));
      expect(store.size).toBeGreaterThanOrEqual(99);
      expect(store.size).toBeLessThan(130);
    });
  });
}
