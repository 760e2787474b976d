/** Bounds what senders of forged deliveries can make us compute. */
export interface FailureBudget {
  /** Whether an address may have one more costly check; counted as failed until it is given back. */
  readonly take: (address: string) => boolean;
  /** The check succeeded. */
  readonly giveBack: (address: string) => void;
}

/** More addresses than this within a window share one budget: memory is bounded. */
const MAX_ADDRESSES = 10_000;
const OTHERS = 'others';

/**
 * So many failed checks per address and window. A check counts when it begins, so that many at the
 * same time cannot all slip through. An IPv6 sender has a whole /64 to itself and counts as one.
 *
 * @param options.now monotonic milliseconds
 */
export function createFailureBudget(options: {
  readonly limit: number;
  readonly windowMs: number;
  readonly now: () => number;
}): FailureBudget {
  const { limit, windowMs, now } = options;
  let failures = new Map<string, number>();
  let windowEndsAt = Number.NEGATIVE_INFINITY;

  const keyOf = (address: string): string => {
    const key = networkOf(address);
    return failures.has(key) || failures.size < MAX_ADDRESSES ? key : OTHERS;
  };

  return {
    take(address) {
      if (now() >= windowEndsAt) {
        failures = new Map();
        windowEndsAt = now() + windowMs;
      }
      const key = keyOf(address);
      const count = failures.get(key) ?? 0;
      if (count >= limit) return false;
      failures.set(key, count + 1);
      return true;
    },
    giveBack(address) {
      const key = keyOf(address);
      const count = failures.get(key);
      if (count !== undefined && count > 0) failures.set(key, count - 1);
    },
  };
}

/** The first 64 bits of an IPv6 address, an IPv4 address as it is. */
export function networkOf(address: string): string {
  if (!address.includes(':')) return address;
  const [head = '', tail] = address.toLowerCase().split('::', 2);
  const groups = head === '' ? [] : head.split(':');
  if (tail !== undefined) {
    const rest = tail === '' ? [] : tail.split(':');
    while (groups.length + rest.length < 8) groups.push('0');
    groups.push(...rest);
  }
  return groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':');
}
