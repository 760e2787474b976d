import {
  EVENT_COLUMNS,
  PLACE_COLUMNS,
  type Projection,
  placeOf,
  type Row,
  type SourceRecord,
  type Table,
} from '@gemini-events/read-model';
import type { ProcessingStatus } from '@gemini-events/schemas';

const STEP = {
  ...PLACE_COLUMNS,
  ...EVENT_COLUMNS,
  consumer: 'text',
  at: 'ms',
  due_at: 'ms',
  attempt: 'int',
  state: 'text',
  reason: 'text',
  error_code: 'text',
  instance: 'text',
} as const;

const laneSteps = {
  topic: 'processing',
  columns: { ...STEP, origin: 'text' },
  key: ['partition', 'record_offset'],
  repeated: 'keep',
  kept: 'at',
} as const satisfies Table;

const lanes = {
  topic: 'processing',
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
} as const satisfies Table;

/** Each step of a consumer with an event. */
export const stepProjection: Projection<typeof laneSteps> = {
  table: laneSteps,
  rowsOf: (records) => statusesOf(records).map(([record, status]) => stepRow(record, status)),
};

/** Where each consumer stands with each event: its last step, with the time of the first. */
export const laneProjection: Projection<typeof lanes> = {
  table: lanes,
  rowsOf: (records) => {
    const byLane = new Map<string, Row<typeof lanes>>();
    for (const [record, status] of statusesOf(records)) {
      const lane = laneRow(record, status);
      const id = JSON.stringify([lane.event_id, lane.source, lane.resource_id, lane.consumer]);
      const firstAt = Math.min(byLane.get(id)?.first_at ?? Infinity, lane.first_at);
      byLane.set(id, { ...lane, first_at: firstAt });
    }
    return [...byLane.values()];
  },
};

function statusesOf(
  records: readonly SourceRecord[],
): readonly (readonly [SourceRecord, ProcessingStatus])[] {
  return records.flatMap((record) =>
    record.decoded?.name === 'ProcessingStatus' ? [[record, record.decoded.value] as const] : [],
  );
}

function stepOf(record: SourceRecord, status: ProcessingStatus) {
  return {
    ...placeOf(record),
    source: status.source,
    event_id: status.event_id,
    resource_id: status.resource_id ?? '',
    type: status.type,
    consumer: status.consumer,
    at: status.at,
    due_at: status.due_at,
    attempt: status.attempt,
    state: status.state,
    reason: status.reason,
    error_code: status.error_code,
    instance: status.instance,
  };
}

function stepRow(record: SourceRecord, status: ProcessingStatus): Row<typeof laneSteps> {
  const { topic, partition, offset } = status;
  return { ...stepOf(record, status), origin: `${topic}/${partition}/${offset}` };
}

function laneRow(record: SourceRecord, status: ProcessingStatus): Row<typeof lanes> {
  const { progress_done, progress_total, progress_unit, at } = status;
  return {
    ...stepOf(record, status),
    first_at: at,
    progress_done,
    progress_total,
    progress_unit,
  };
}
