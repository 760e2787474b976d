import type { SourceRecord } from './source-record.ts';
import type { Row, Table } from './table.ts';

/** How records become rows of one table. */
export interface Projection<T extends Table = Table> {
  readonly table: T;
  /** Returns the rows of those records that the table is made of, each with a key of its own. */
  readonly rowsOf: (records: readonly SourceRecord[]) => readonly Row<T>[];
}

/** Keeps the last of the rows with the same key: records of one key stand in order. */
export function lastOfEach<Each>(rows: readonly Each[], keyOf: (row: Each) => string): Each[] {
  return [...new Map(rows.map((row) => [keyOf(row), row])).values()];
}
