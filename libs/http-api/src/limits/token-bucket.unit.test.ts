import { describe, expect, it } from 'vitest';
import { createTokenBucket } from './token-bucket.ts';

function bucketAt(perSecond: number, burst?: number) {
  let time = 0;
  const options = { perSecond, now: () => time };
  const bucket = createTokenBucket(burst === undefined ? options : { ...options, burst });
  return { bucket, pass: (ms: number) => (time += ms) };
}

describe('a rate with bursts', () => {
  it('gives its burst at once, and then one after the other', () => {
    const { bucket, pass } = bucketAt(2, 3);
    expect([bucket.take(), bucket.take(), bucket.take()]).toEqual([0, 0, 0]);
    expect(bucket.take()).toBe(500);
    pass(499);
    expect(bucket.take()).toBe(1);
    pass(1);
    expect(bucket.take()).toBe(0);
  });

  it('never holds more than its burst, however long nobody comes', () => {
    const { bucket, pass } = bucketAt(10, 5);
    pass(3_600_000);
    expect(bucket.available()).toBe(5);
  });

  it('lets what was spent beyond its tokens be made good later', () => {
    const { bucket, pass } = bucketAt(1);
    bucket.spend(3);
    expect(bucket.available()).toBe(0);
    pass(2_000);
    expect(bucket.available()).toBe(0);
    pass(1_000);
    expect(bucket.available()).toBe(1);
  });

  it('is not moved by a clock that goes back', () => {
    const { bucket, pass } = bucketAt(1);
    expect(bucket.take()).toBe(0);
    pass(-5_000);
    expect(bucket.available()).toBe(0);
    pass(1_000);
    expect(bucket.available()).toBe(1);
  });
});
