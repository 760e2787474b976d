import { describe, expect, it } from 'vitest';
import { createKeyedBuckets } from './keyed-buckets.ts';

describe('buckets by key', () => {
  it('has one for each key, and keeps it', () => {
    const buckets = createKeyedBuckets({ perSecond: 1, burst: 1, now: () => 0 });
    expect(buckets.has('a')).toBe(false);
    expect([buckets.of('a').take(), buckets.of('b').take(), buckets.of('a').take()]).toEqual([
      0, 0, 1_000,
    ]);
    expect(buckets.has('a')).toBe(true);
  });

  it('forgets the key that was not used for the longest time when there are too many', () => {
    const buckets = createKeyedBuckets({ perSecond: 1, burst: 1, now: () => 0, most: 2 });
    for (const key of ['a', 'b', 'a', 'c']) buckets.of(key);
    expect(['a', 'b', 'c'].map((key) => buckets.has(key))).toEqual([true, false, true]);
  });
});
