import { HASH_END } from './key-hash.ts';

/** One for each of a hash's upper 16 bits: of as many hashes about one falls into each. */
const BUCKETS = 2 ** 16;
const BUCKET_WIDTH = HASH_END / BUCKETS;
/** A bucket with more is sorted as what it is: somebody has chosen keys for it. */
const MOST_BY_INSERTION = 32;

const ends = new Uint32Array(BUCKETS);
let room = new Uint32Array(0);

/**
 * Where the hashes stand when they are sorted; those that are the same in the order in which they came. In
 * less than half of the time of a sort. Good until the next call.
 */
export function orderOf(hashes: Float64Array): Uint32Array {
  if (room.length < hashes.length) room = new Uint32Array(hashes.length);
  const order = room.subarray(0, hashes.length);
  ends.fill(0);
  for (const hash of hashes) ends[bucketOf(hash)]! += 1;
  let sum = 0;
  for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
    const size = ends[bucket]!;
    ends[bucket] = sum;
    sum += size;
  }
  // Each bucket's end moves from its beginning to where it belongs.
  for (let at = 0; at < hashes.length; at += 1) {
    const bucket = bucketOf(hashes[at]!);
    order[ends[bucket]!] = at;
    ends[bucket]! += 1;
  }
  for (let bucket = 0, start = 0; bucket < BUCKETS; bucket += 1) {
    const end = ends[bucket]!;
    if (end - start > 1) sortBucket(order.subarray(start, end), hashes);
    start = end;
  }
  return order;
}

function bucketOf(hash: number): number {
  return Math.floor(hash / BUCKET_WIDTH);
}

function sortBucket(bucket: Uint32Array, hashes: Float64Array): void {
  if (bucket.length > MOST_BY_INSERTION) {
    bucket.sort((left, right) => hashes[left]! - hashes[right]! || left - right);
    return;
  }
  for (let at = 1; at < bucket.length; at += 1) {
    const entry = bucket[at]!;
    const hash = hashes[entry]!;
    let to = at;
    for (; to > 0 && hashes[bucket[to - 1]!]! > hash; to -= 1) bucket[to] = bucket[to - 1]!;
    bucket[to] = entry;
  }
}
