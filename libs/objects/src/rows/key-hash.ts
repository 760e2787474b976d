/** Hashes of keys are below it; spread evenly. */
export const HASH_END = 2 ** 53;

const HIGH = 0x9e3779b9;
const LOW = 0x85ebca6b;

/**
 * A hash of 53 bits, so that a number holds it. It only tells where to look: the row itself is compared.
 * Two lanes of multiply and shift over the UTF-16 units, then the finish of MurmurHash3.
 */
export function keyHash(key: string): number {
  let high = HIGH;
  let low = LOW;
  for (let at = 0; at < key.length; at += 1) {
    const unit = key.charCodeAt(at);
    high = Math.imul(high ^ unit, 0x01000193);
    low = Math.imul(low ^ unit, 0x5bd1e995) + at;
  }
  return join(high, low);
}

function join(high: number, low: number): number {
  const mixed = finish(high ^ (low >>> 7));
  return (mixed >>> 11) * 2 ** 32 + (finish(low ^ (mixed >>> 11)) >>> 0);
}

function finish(value: number): number {
  let mixed = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
