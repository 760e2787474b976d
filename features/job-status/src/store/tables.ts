/**
 * How the value of a column comes: `ms` are milliseconds since 1970, which become a timestamp; `json` is
 * text of JSON.
 */
type Kind = 'text' | 'int' | 'bigint' | 'float' | 'ms' | 'json';

export interface Table {
  readonly columns: Readonly<Record<string, Kind>>;
  readonly key: readonly string[];
  /**
   * What is done about a row that is there already. `keep`: it came from the same record. `newer`: the
   * later record of a partition wins, by time where the partition is another one.
   */
  readonly repeated: 'keep' | { readonly newer: string };
  /** Column by whose time rows are removed, where their topic does not keep its records for ever. */
  readonly kept: string;
}

const PLACE = { partition: 'int', record_offset: 'bigint' } as const;
const EVENT = { source: 'text', event_id: 'text', resource_id: 'text', type: 'text' } as const;
const STEP = {
  ...PLACE,
  ...EVENT,
  consumer: 'text',
  at: 'ms',
  due_at: 'ms',
  attempt: 'int',
  state: 'text',
  reason: 'text',
  error_code: 'text',
  instance: 'text',
} as const;

/** The tables of the read model that are made of one record a row; `jobs` is made of `events`. */
export const TABLES = {
  deliveries: {
    columns: { ...PLACE, ...EVENT, delivered_at: 'ms', route: 'text', scheme: 'text' },
    key: ['partition', 'record_offset'],
    repeated: 'keep',
    kept: 'delivered_at',
  },
  events: {
    columns: {
      ...PLACE,
      ...EVENT,
      occurred_at: 'ms',
      received_at: 'ms',
      topic: 'text',
      scheme: 'text',
      trust: 'text',
      labels: 'json',
      user_metadata: 'json',
      output_file_uri: 'text',
      error_code: 'text',
      error_message: 'text',
    },
    key: ['event_id', 'source', 'resource_id'],
    repeated: 'keep',
    kept: 'received_at',
  },
  lane_steps: {
    columns: { ...STEP, origin: 'text' },
    key: ['partition', 'record_offset'],
    repeated: 'keep',
    kept: 'at',
  },
  lanes: {
    columns: {
      ...STEP,
      first_at: 'ms',
      progress_done: 'bigint',
      progress_total: 'bigint',
      progress_unit: 'text',
    },
    key: ['event_id', 'source', 'resource_id', 'consumer'],
    repeated: { newer: 'at' },
    kept: 'at',
  },
  results: {
    columns: {
      ...PLACE,
      ...EVENT,
      stored_at: 'ms',
      size_bytes: 'bigint',
      row_count: 'bigint',
      failed_row_count: 'bigint',
      part_count: 'int',
      status: 'text',
      object_uri: 'text',
      manifest_uri: 'text',
      content_type: 'text',
      sha256: 'text',
      model: 'text',
      usage: 'json',
      error_code: 'text',
      error_message: 'text',
    },
    key: ['resource_id', 'source', 'type'],
    repeated: { newer: 'stored_at' },
    kept: 'stored_at',
  },
  dead_letters: {
    columns: {
      ...PLACE,
      ...EVENT,
      consumer: 'text',
      first_failure_at: 'ms',
      last_failure_at: 'ms',
      attempts: 'int',
      redrives: 'int',
      error_code: 'text',
      error_message: 'text',
    },
    key: ['consumer', 'partition', 'record_offset'],
    repeated: 'keep',
    kept: 'last_failure_at',
  },
  audit: {
    columns: {
      ...PLACE,
      at: 'ms',
      actor: 'text',
      action: 'text',
      subject: 'text',
      reason: 'text',
      details: 'json',
    },
    key: ['partition', 'record_offset'],
    repeated: 'keep',
    kept: 'at',
  },
  launched_jobs: {
    columns: {
      ...PLACE,
      resource_id: 'text',
      launched_at: 'ms',
      kind: 'text',
      key: 'text',
      model: 'text',
      owner: 'text',
      labels: 'json',
      route: 'text',
      budget_usd: 'float',
      previous_id: 'text',
      run_id: 'text',
    },
    key: ['resource_id'],
    repeated: { newer: 'launched_at' },
    kept: 'launched_at',
  },
  asked_approvals: {
    columns: {
      ...PLACE,
      approval_id: 'text',
      run_id: 'text',
      workflow: 'text',
      source: 'text',
      resource_id: 'text',
      title: 'text',
      evidence: 'text',
      choices: 'text',
      state: 'text',
      choice: 'text',
      decided_by: 'text',
      via: 'text',
      reason: 'text',
      requested_at: 'ms',
      expires_at: 'ms',
      decided_at: 'ms',
    },
    key: ['approval_id'],
    repeated: { newer: 'requested_at' },
    kept: 'requested_at',
  },
} as const satisfies Readonly<Record<string, Table>>;

export type TableName = keyof typeof TABLES;

type ValueOf<K extends Kind> = K extends 'text' | 'json' ? string : number;
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
export type RowOf<Name extends TableName> = {
  readonly [Column in keyof (typeof TABLES)[Name]['columns']]:
    | ValueOf<Extract<(typeof TABLES)[Name]['columns'][Column], Kind>>
    | (Column extends Nullable ? null : never);
};

/** Rows that a portion of records gives. */
export type Rows = { readonly [Name in TableName]?: readonly RowOf<Name>[] };
