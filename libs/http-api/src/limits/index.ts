export { createKeyedBuckets, type KeyedBuckets } from './keyed-buckets.ts';
export { createTokenBucket, type TokenBucket } from './token-bucket.ts';
