import type { NewParked } from './parking.ts';

/** What one statement takes: it is held in memory several times, as text too. */
const RECORDS = 500;
const BYTES = 4 * 1024 * 1024;

/** Records in portions that are not too large for a statement, in order; a huge one goes alone. */
export function inPortions(records: readonly NewParked[]): readonly (readonly NewParked[])[] {
  const portions: NewParked[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const parked of records) {
    const size = sizeOf(parked);
    const portion = portions.at(-1);
    if (portion === undefined || portion.length === RECORDS || bytes + size > BYTES) {
      portions.push([parked]);
      bytes = size;
    } else {
      portion.push(parked);
      bytes += size;
    }
  }
  return portions;
}

function sizeOf({ record }: NewParked): number {
  let bytes = record.key.length + (record.value?.length ?? 0);
  for (const value of Object.values(record.headers)) bytes += value.length;
  return bytes;
}
