/** A seeded source of chance: the same seed gives the same decisions. */
export interface Random {
  /** In [0, 1). */
  next(): number;
  /** A whole number from min to max, both included. */
  int(min: number, max: number): number;
  chance(share: number): boolean;
}

/** Mulberry32: small, fast, good enough for choosing jobs; nothing secret is made of it. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    next,
    int: (min, max) => min + Math.floor(next() * (max - min + 1)),
    chance: (share) => next() < share,
  };
}

/** `wanted` different indices below `count`, each set equally likely. */
export function pickIndices(count: number, wanted: number, random: Random): number[] {
  const indices = Array.from({ length: count }, (_, index) => index);
  const picked = Math.min(wanted, count);
  for (let at = 0; at < picked; at += 1) {
    const other = random.int(at, count - 1);
    const swapped = indices[other] ?? 0;
    indices[other] = indices[at] ?? 0;
    indices[at] = swapped;
  }
  return indices.slice(0, picked);
}
