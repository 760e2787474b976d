interface Pair {
  readonly failedAt: number;
  readonly failedBy: string;
  /** Null: it still fails. */
  readonly recoveredBy: string | null;
}

/** What failed and recovered, of one rule and key. */
export interface PairingStep {
  readonly rule: string;
  readonly key: string;
  readonly turn: 'failed' | 'recovered';
  readonly eventId: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/**
 * Notes what failed and what recovered, as the notifier's database does: the same event again changes
 * nothing, a further failure neither, and a recovery counts once for each time of failing.
 */
export function createPairing(): {
  /** @returns since when it has failed; null where a recovery has no failure before it */
  readonly note: (step: PairingStep) => number | null;
} {
  const pairs = new Map<string, Pair>();
  return {
    note({ rule, key, turn, eventId, at }) {
      const id = `${rule}\0${key}`;
      const known = pairs.get(id);
      if (turn === 'failed') {
        const isNew =
          known === undefined || (known.recoveredBy !== null && known.failedBy !== eventId);
        if (isNew) pairs.set(id, { failedAt: at, failedBy: eventId, recoveredBy: null });
        return at;
      }
      if (known === undefined || (known.recoveredBy ?? eventId) !== eventId) return null;
      pairs.set(id, { ...known, recoveredBy: eventId });
      return known.failedAt;
    },
  };
}
