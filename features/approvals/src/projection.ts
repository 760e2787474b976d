import {
  lastOfEach,
  PLACE_COLUMNS,
  type Projection,
  placeOf,
  type Table,
} from '@gemini-events/read-model';

const askedApprovals = {
  topic: 'approvals',
  columns: {
    ...PLACE_COLUMNS,
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
} as const satisfies Table;

/** What runs asked people: the last state of each approval. */
export const approvalProjection: Projection<typeof askedApprovals> = {
  table: askedApprovals,
  rowsOf: (records) => {
    const rows = records.flatMap((record) => {
      if (record.decoded?.name !== 'Approval') return [];
      const { actor, resource_id: resource, ...rest } = record.decoded.value;
      return [{ ...placeOf(record), ...rest, resource_id: resource ?? '', decided_by: actor }];
    });
    return lastOfEach(rows, (row) => row.approval_id);
  },
};
