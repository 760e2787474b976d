import {
  lastOfEach,
  PLACE_COLUMNS,
  type Projection,
  placeOf,
  type Table,
} from '@gemini-events/read-model';

const launchedJobs = {
  topic: 'jobs',
  columns: {
    ...PLACE_COLUMNS,
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
} as const satisfies Table;

/** The jobs that were launched: the last that was said of each. */
export const launchProjection: Projection<typeof launchedJobs> = {
  table: launchedJobs,
  rowsOf: (records) => {
    const rows = records.flatMap((record) => {
      if (record.decoded?.name !== 'Job') return [];
      const { labels, ...rest } = record.decoded.value;
      return [{ ...placeOf(record), ...rest, labels: JSON.stringify(labels) }];
    });
    return lastOfEach(rows, (row) => row.resource_id);
  },
};
