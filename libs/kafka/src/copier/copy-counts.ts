/** Counts by name, as they are kept with a committed offset. */
export type Counts = Readonly<Record<string, number>>;

export function writeCounts(counts: Counts): string {
  return Object.keys(counts).length === 0 ? '' : JSON.stringify(counts);
}

export function readCounts(note: string): Counts {
  return note === '' ? {} : (JSON.parse(note) as Counts);
}

export function addCounts(all: readonly Counts[]): Counts {
  const sums: Record<string, number> = {};
  for (const counts of all) {
    for (const [name, count] of Object.entries(counts)) sums[name] = (sums[name] ?? 0) + count;
  }
  return sums;
}
