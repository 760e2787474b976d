import { PLACE_COLUMNS, type Projection, placeOf, type Table } from '@gemini-events/read-model';

const audit = {
  topic: 'audit',
  columns: {
    ...PLACE_COLUMNS,
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
} as const satisfies Table;

/** Who changed what. */
export const auditProjection: Projection<typeof audit> = {
  table: audit,
  rowsOf: (records) =>
    records.flatMap((record) => {
      if (record.decoded?.name !== 'AuditEntry') return [];
      const { details, ...rest } = record.decoded.value;
      return [{ ...placeOf(record), ...rest, details: JSON.stringify(details) }];
    }),
};
