import { byteAt } from './skip-json';

/** The hash of `src/rows/key-hash.ts`, of a key in ASCII. */
export function keyHash(start: usize, end: usize): f64 {
  let high: u32 = 0x9e3779b9;
  let low: u32 = 0x85ebca6b;
  for (let next = start; next < end; next += 1) {
    const unit: u32 = byteAt(next);
    high = (high ^ unit) * 0x01000193;
    low = (low ^ unit) * 0x5bd1e995 + <u32>(next - start);
  }
  const mixed = finish(high ^ (low >>> 7));
  return <f64>(mixed >>> 11) * 4294967296.0 + <f64>finish(low ^ (mixed >>> 11));
}

function finish(value: u32): u32 {
  let mixed = (value ^ (value >>> 16)) * 0x85ebca6b;
  mixed = (mixed ^ (mixed >>> 13)) * 0xc2b2ae35;
  return mixed ^ (mixed >>> 16);
}
