/** Sums of fractions are a little off. */
const EPSILON = 1e-6;

export interface TokenBucket {
  /** Whole tokens that are there now. */
  available(): number;
  /** Takes one: 0 where it was there, else milliseconds until there is one; nothing is taken then. */
  take(): number;
  /** Takes so many, also more than there are: later ones wait longer then. */
  spend(count: number): void;
}

/** A rate with bursts. Full at the beginning. */
export function createTokenBucket(options: {
  readonly perSecond: number;
  /** @default the larger of 1 and `perSecond` */
  readonly burst?: number;
  /** Milliseconds; only its differences matter. */
  readonly now: () => number;
}): TokenBucket {
  const { perSecond, burst = Math.max(1, perSecond), now } = options;
  let tokens = burst;
  let at = now();
  const fill = (): void => {
    const time = now();
    tokens = Math.min(burst, tokens + (Math.max(0, time - at) * perSecond) / 1_000);
    at = time;
  };
  return {
    available() {
      fill();
      return Math.max(0, Math.floor(tokens + EPSILON));
    },
    take() {
      fill();
      if (tokens < 1 - EPSILON) return Math.ceil(((1 - tokens) * 1_000) / perSecond - EPSILON);
      tokens -= 1;
      return 0;
    },
    spend(count) {
      fill();
      tokens -= count;
    },
  };
}
