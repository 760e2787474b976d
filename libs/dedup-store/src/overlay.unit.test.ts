import { expect, it } from 'vitest';
import { createOverlay } from './overlay.ts';
import { digestOf, keyOf } from './testing/entries.ts';
import { createReferenceStore } from './testing/reference-store.ts';

const A = keyOf('a');
const entry = (firstSeenMs: number) => ({ bodyDigest: digestOf('d'), firstSeenMs });

it('finds what an open transaction added, and puts it into the store with the commit only', () => {
  const store = createReferenceStore(1_000);
  const overlay = createOverlay(store);
  overlay.add(A, entry(5_000));
  expect(overlay.find(A, 5_001)).toEqual(entry(5_000));
  expect(store.size).toBe(0);
  overlay.commit();
  expect(overlay.added.size).toBe(0);
  expect(store.find(A, 5_001)).toEqual(entry(5_000));
});

it('forgets what an aborted transaction added', () => {
  const overlay = createOverlay(createReferenceStore(1_000));
  overlay.add(A, entry(5_000));
  overlay.discard();
  expect(overlay.find(A, 5_001)).toBeUndefined();
  expect(overlay.added.size).toBe(0);
});

it('takes a key anew after a whole window also when both records are in one transaction', () => {
  const store = createReferenceStore(1_000);
  const overlay = createOverlay(store);
  overlay.add(A, entry(5_000));
  overlay.add(A, entry(5_999));
  expect(overlay.find(A, 5_999)).toEqual(entry(5_000));
  expect(overlay.find(A, 6_000)).toBeUndefined();
  overlay.add(A, entry(6_000));
  expect(overlay.find(A, 6_999)).toEqual(entry(6_000));
  overlay.commit();
  expect(store.find(A, 6_999)).toEqual(entry(6_000));
});
