/** A member of a group as its leader sees it. Partitions are numbers, whatever topics have them. */
export interface Member {
  readonly memberId: string;
  /** Partitions that it owned before this rebalance; what it says may be out of date. */
  readonly owned: readonly number[];
  /** Generation in which it owned them. */
  readonly generation: number;
}

/**
 * Divides partitions evenly, and leaves as many as it can where they are: whoever keeps a partition
 * need not restore its state. Where two members say that they own a partition, the later generation is
 * right; a member that slept through a rebalance still believes the former one.
 */
export function assignPartitions(
  members: readonly Member[],
  partitionCount: number,
): ReadonlyMap<string, readonly number[]> {
  const kept = keep(members, partitionCount);
  const least = Math.floor(partitionCount / members.length);
  let extras = partitionCount % members.length;
  const free = new Set(Array.from({ length: partitionCount }, (_, partition) => partition));
  // Whoever has the most keeps one more than the others; the id decides where all is equal.
  const order = [...kept].sort(
    ([a, ownedByA], [b, ownedByB]) => ownedByB.length - ownedByA.length || (a < b ? -1 : 1),
  );
  for (const [, owned] of order) {
    const mayKeep = least + (owned.length > least && extras > 0 ? 1 : 0);
    if (mayKeep > least) extras -= 1;
    owned.splice(mayKeep);
    for (const partition of owned) free.delete(partition);
  }
  const waiting = [...free];
  for (const [, owned] of order) {
    const due = least - owned.length;
    if (due > 0) owned.push(...waiting.splice(0, due));
  }
  for (const [, owned] of order) {
    if (waiting.length > 0 && owned.length === least) owned.push(...waiting.splice(0, 1));
  }
  for (const owned of kept.values()) owned.sort((a, b) => a - b);
  return kept;
}

/** What each member owned and nobody else owns later. */
function keep(members: readonly Member[], partitionCount: number): Map<string, number[]> {
  const owners = new Map<number, Member>();
  for (const member of members) {
    for (const partition of member.owned) {
      if (partition < 0 || partition >= partitionCount) continue;
      const known = owners.get(partition);
      if (known === undefined || member.generation > known.generation) {
        owners.set(partition, member);
      }
    }
  }
  const kept = new Map<string, number[]>(members.map(({ memberId }) => [memberId, []]));
  for (const [partition, { memberId }] of owners) kept.get(memberId)?.push(partition);
  return kept;
}
