import {
  EVENT_COLUMNS,
  lastOfEach,
  PLACE_COLUMNS,
  type Projection,
  placeOf,
  type Table,
} from '@gemini-events/read-model';

const results = {
  topic: 'results',
  columns: {
    ...PLACE_COLUMNS,
    ...EVENT_COLUMNS,
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
} as const satisfies Table;

/** The stored outputs: the last result of each job and type. */
export const resultProjection: Projection<typeof results> = {
  table: results,
  rowsOf: (records) => {
    const rows = records.flatMap((record) => {
      if (record.decoded?.name !== 'Result') return [];
      const { usage, ...rest } = record.decoded.value;
      return [{ ...placeOf(record), ...rest, usage: JSON.stringify(usage) }];
    });
    return lastOfEach(rows, (row) => JSON.stringify([row.resource_id, row.source, row.type]));
  },
};
