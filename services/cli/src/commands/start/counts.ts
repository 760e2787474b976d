/** What one run of the bridge did, all of it on fresh ids. */
export interface RunCounts {
  /** HTTP attempts of the simulator that ended. */
  readonly delivered: number;
  /** Attempts that were answered 2xx. */
  readonly accepted: number;
  /** Attempts that were answered otherwise, or not at all. */
  readonly refused: number;
  /** Records that dedup dropped as repeats. */
  readonly duplicates: number;
  /** Records on the quarantine topic. */
  readonly quarantined: number;
  /** Records on `events.*`, as a read_committed reader sees them. */
  readonly events: number;
  /** Stored results that were announced. */
  readonly results: number;
}

/** Every rule that the counts of a finished run break; empty when they add up. */
export function findFaults(counts: RunCounts): string[] {
  const { delivered, accepted, refused, duplicates, quarantined, events, results } = counts;
  const faults: string[] = [];
  const rule = (holds: boolean, text: string): void => {
    if (!holds) faults.push(text);
  };
  rule(
    delivered === accepted + refused,
    `delivered ${delivered} ≠ accepted ${accepted} + refused ${refused}`,
  );
  rule(
    accepted === events + duplicates + quarantined,
    `accepted ${accepted} ≠ events ${events} + duplicates ${duplicates} + quarantined ${quarantined}`,
  );
  rule(refused > 0, 'nothing was refused, although forged and stale deliveries were sent');
  rule(duplicates > 0, 'no duplicate was dropped, although deliveries were repeated');
  rule(results > 0 && results <= events, `results ${results} not in 1..${events}`);
  return faults;
}
