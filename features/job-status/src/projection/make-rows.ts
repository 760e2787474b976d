import type { SourceRecord } from '@gemini-events/read-model';
import { PROJECTIONS, type Rows, TABLE_NAMES } from '../projections.ts';

/**
 * The rows that records give, whatever their order between topics. Where several give one row, the last
 * one counts, as records of one key stand in order.
 */
export function makeRows(records: readonly SourceRecord[]): Rows {
  return Object.fromEntries(
    TABLE_NAMES.map((name) => [name, PROJECTIONS[name].rowsOf(records)]),
  ) as Rows;
}
