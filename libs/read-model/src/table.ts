/**
 * How the value of a column comes: `ms` are milliseconds since 1970, which become a timestamp; `json` is
 * text of JSON.
 */
type ColumnKind = 'text' | 'int' | 'bigint' | 'float' | 'ms' | 'json';

/** A table of the read model: each row is made of one record. */
export interface Table {
  /** Whose records its rows are made of, without the prefix. */
  readonly topic: string;
  readonly columns: Readonly<Record<string, ColumnKind>>;
  readonly key: readonly string[];
  /**
   * What is done about a row that is there already. `keep`: it came from the same record. `newer`: the
   * later record of a partition wins, by time where the partition is another one.
   */
  readonly repeated: 'keep' | { readonly newer: string };
  /** Column by whose time rows are removed, where their topic does not keep its records for ever. */
  readonly kept: string;
}

/** Where the record of a row stands. */
export const PLACE_COLUMNS = { partition: 'int', record_offset: 'bigint' } as const;
/** The event that a row is about. */
export const EVENT_COLUMNS = {
  source: 'text',
  event_id: 'text',
  resource_id: 'text',
  type: 'text',
} as const;

type ValueOf<K extends ColumnKind> = K extends 'text' | 'json' ? string : number;
/** Columns that may be empty. */
type Nullable =
  | 'due_at'
  | 'reason'
  | 'error_code'
  | 'error_message'
  | 'output_file_uri'
  | 'progress_done'
  | 'progress_total'
  | 'progress_unit'
  | 'row_count'
  | 'failed_row_count'
  | 'manifest_uri'
  | 'model'
  | 'owner'
  | 'route'
  | 'budget_usd'
  | 'previous_id'
  | 'run_id'
  | 'choice'
  | 'decided_by'
  | 'decided_at'
  | 'via';

/** A row of a table, before it is written. */
export type Row<T extends Table> = {
  readonly [Column in keyof T['columns']]:
    | ValueOf<Extract<T['columns'][Column], ColumnKind>>
    | (Column extends Nullable ? null : never);
};
