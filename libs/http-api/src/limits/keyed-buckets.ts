import { createTokenBucket, type TokenBucket } from './token-bucket.ts';

/** One bucket for each key: the most recently used ones are kept, so memory stays bounded. */
export interface KeyedBuckets {
  /** The bucket of a key; a full one where there was none. */
  of(key: string): TokenBucket;
  /** Whether a key has one, which it has after it was used. */
  has(key: string): boolean;
}

export function createKeyedBuckets(options: {
  readonly perSecond: number;
  readonly burst: number;
  readonly now: () => number;
  /** Keys that are remembered. @default 10000 */
  readonly most?: number;
}): KeyedBuckets {
  const { most = 10_000 } = options;
  const buckets = new Map<string, TokenBucket>();
  return {
    of(key) {
      const bucket = buckets.get(key) ?? createTokenBucket(options);
      // A map keeps the order of insertion: the least recently used one is the first.
      buckets.delete(key);
      buckets.set(key, bucket);
      if (buckets.size > most) {
        for (const oldest of buckets.keys()) {
          buckets.delete(oldest);
          break;
        }
      }
      return bucket;
    },
    has: (key) => buckets.has(key),
  };
}
