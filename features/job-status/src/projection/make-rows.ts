import { canonicalType, HEADER, namesIn, readDeadLetter } from '@gemini-events/events';
import type { AuditEntry, ProcessingStatus, Result } from '@gemini-events/schemas';
import type { RowOf, Rows } from '../store/tables.ts';
import { approvalRow, jobRow } from './agent-rows.ts';
import type { SourceRecord } from './row-source.ts';

/**
 * The rows that records give, whatever their order between topics. Where several give one row, the last
 * one counts, as records of one key stand in order.
 */
export function makeRows(records: readonly SourceRecord[]): Rows {
  const deliveries: RowOf<'deliveries'>[] = [];
  const events: RowOf<'events'>[] = [];
  const steps: RowOf<'lane_steps'>[] = [];
  const lanes = new Map<string, RowOf<'lanes'>>();
  const results = new Map<string, RowOf<'results'>>();
  const letters: RowOf<'dead_letters'>[] = [];
  const audit: RowOf<'audit'>[] = [];
  const jobs = new Map<string, RowOf<'launched_jobs'>>();
  const approvals = new Map<string, RowOf<'asked_approvals'>>();
  for (const record of records) {
    const { kind, decoded } = record;
    if (kind === 'deliveries') deliveries.push(deliveryRow(record));
    else if (typeof kind === 'object') letters.push(letterRow(record, kind.lettersOf));
    else if (decoded === null) continue;
    else if (decoded.name === 'ProcessingStatus') {
      steps.push(stepRow(record, decoded.value));
      const lane = laneRow(record, decoded.value);
      const id = JSON.stringify([lane.event_id, lane.source, lane.resource_id, lane.consumer]);
      const firstAt = Math.min(lanes.get(id)?.first_at ?? Infinity, lane.first_at);
      lanes.set(id, { ...lane, first_at: firstAt });
    } else if (decoded.name === 'Result') {
      const row = resultRow(record, decoded.value);
      results.set(JSON.stringify([row.resource_id, row.source, row.type]), row);
    } else if (decoded.name === 'AuditEntry') audit.push(auditRow(record, decoded.value));
    else if (decoded.name === 'Job') {
      jobs.set(decoded.value.resource_id, jobRow(placeOf(record), decoded.value));
    } else if (decoded.name === 'Approval') {
      approvals.set(decoded.value.approval_id, approvalRow(placeOf(record), decoded.value));
    } else if (kind === 'events') {
      const row = eventRow(record);
      if (row !== null) events.push(row);
    }
  }
  return {
    deliveries,
    events,
    lane_steps: steps,
    lanes: [...lanes.values()],
    results: [...results.values()],
    dead_letters: letters,
    audit,
    launched_jobs: [...jobs.values()],
    asked_approvals: [...approvals.values()],
  };
}

const placeOf = ({ partition, offset }: SourceRecord) => ({ partition, record_offset: offset });

/** Of a record whose value is not looked at. */
const headerOf =
  ({ headers }: SourceRecord) =>
  (name: string): string =>
    headers[name]?.toString() ?? '';

function deliveryRow(record: SourceRecord): RowOf<'deliveries'> {
  const header = headerOf(record);
  const { eventId, resource, ...names } = namesIn(header, record.key);
  return {
    ...placeOf(record),
    ...names,
    event_id: eventId,
    resource_id: resource,
    delivered_at: record.timestamp,
    route: header(HEADER.route),
    scheme: header(HEADER.scheme),
  };
}

function eventRow(record: SourceRecord): RowOf<'events'> | null {
  const { decoded, topic } = record;
  if (
    decoded?.name !== 'BatchEvent' &&
    decoded?.name !== 'InteractionEvent' &&
    decoded?.name !== 'VideoEvent' &&
    decoded?.name !== 'UnknownEvent'
  ) {
    return null;
  }
  const { value } = decoded;
  return {
    ...placeOf(record),
    source: value.source,
    event_id: value.event_id,
    resource_id: value.resource_id ?? '',
    type: canonicalType(value.type) ?? value.type,
    occurred_at: value.occurred_at,
    received_at: value.received_at,
    topic,
    scheme: value.scheme,
    trust: value.trust,
    labels: JSON.stringify(value.labels),
    user_metadata: JSON.stringify(value.user_metadata),
    output_file_uri: 'output_file_uri' in value ? value.output_file_uri : null,
    error_code: 'error_code' in value ? value.error_code : null,
    error_message: 'error_message' in value ? value.error_message : null,
  };
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

function stepRow(record: SourceRecord, status: ProcessingStatus): RowOf<'lane_steps'> {
  const { topic, partition, offset } = status;
  return { ...stepOf(record, status), origin: `${topic}/${partition}/${offset}` };
}

function laneRow(record: SourceRecord, status: ProcessingStatus): RowOf<'lanes'> {
  const { progress_done, progress_total, progress_unit, at } = status;
  return {
    ...stepOf(record, status),
    first_at: at,
    progress_done,
    progress_total,
    progress_unit,
  };
}

function resultRow(record: SourceRecord, result: Result): RowOf<'results'> {
  const { usage, ...rest } = result;
  return { ...placeOf(record), ...rest, usage: JSON.stringify(usage) };
}

function letterRow(record: SourceRecord, consumer: string): RowOf<'dead_letters'> {
  const { key, timestamp } = record;
  const letter = readDeadLetter({ header: headerOf(record), key, timestamp });
  return {
    ...placeOf(record),
    consumer,
    source: letter.source,
    event_id: letter.eventId,
    resource_id: letter.resource,
    type: letter.type,
    first_failure_at: letter.firstFailureAt,
    last_failure_at: letter.lastFailureAt,
    attempts: letter.attempts,
    redrives: letter.redrives,
    error_code: letter.code,
    error_message: letter.message,
  };
}

function auditRow(record: SourceRecord, entry: AuditEntry): RowOf<'audit'> {
  const { details, ...rest } = entry;
  return { ...placeOf(record), ...rest, details: JSON.stringify(details) };
}
