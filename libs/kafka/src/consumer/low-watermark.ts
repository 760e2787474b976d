/**
 * Follows which items of a list are finished, in whatever order they finish.
 *
 * @returns `finish(index)` gives how many items from the first on are finished without a gap: what
 * may be committed.
 */
export function createLowWatermark(count: number): { finish(index: number): number } {
  const finished = new Uint8Array(count);
  let mark = 0;
  return {
    finish(index) {
      finished[index] = 1;
      while (finished[mark] === 1) mark += 1;
      return mark;
    },
  };
}
