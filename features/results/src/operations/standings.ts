import { canonicalType } from '@gemini-events/events';
import type { ProcessingStatus, Result } from '@gemini-events/schemas';

/** What Gemini said, as far as a list needs it. */
export interface Told {
  readonly event_id: string;
  readonly type: string;
  readonly source: string;
  readonly resource_id: string;
  readonly received_at: number;
}

/** How far the output of one event is. */
export interface OutputStanding {
  readonly resource: string;
  readonly type: string;
  readonly source: string;
  readonly eventId: string;
  /**
   * `received`: nobody has begun; `fetching`; `waiting` for another attempt; how it ended: `stored`,
   * `partial`, `failed`, `cancelled`, `expired` by the job's word, `skipped`, or `dead_lettered`.
   */
  readonly state: string;
  /** Of a fetch that is under way, or of what was stored. */
  readonly bytes: { readonly done: number; readonly total: number | null } | null;
  readonly rows: { readonly all: number; readonly failed: number } | null;
  readonly attempt: number;
  readonly errorCode: string | null;
  readonly reason: string | null;
  /** Milliseconds since 1970. */
  readonly dueAt: number | null;
  readonly at: number;
  readonly uri: string | null;
}

const STATES: Readonly<Record<string, string>> = { started: 'fetching', done: 'stored' };

/**
 * Joins what Gemini said with what was done about it, by event; the newest last. Events whose job has no
 * output to come are left out.
 * @param statuses of the results consumer, per event in their order
 */
export function joinStandings(
  events: readonly Told[],
  statuses: readonly ProcessingStatus[],
  results: readonly Result[],
): readonly OutputStanding[] {
  const id = ({ source, event_id }: { source: string; event_id: string }): string =>
    JSON.stringify([source, event_id]);
  const byEvent = new Map<string, OutputStanding>();
  for (const event of events) {
    const type = canonicalType(event.type);
    if (type === null || type === 'interaction.requires_action') continue;
    byEvent.set(id(event), received(event));
  }
  for (const status of statuses) {
    const known =
      byEvent.get(id(status)) ??
      received({ ...status, resource_id: status.resource_id ?? '', received_at: status.at });
    byEvent.set(id(status), withStatus(known, status));
  }
  for (const result of results) {
    const known = byEvent.get(id(result)) ?? received({ ...result, received_at: result.stored_at });
    byEvent.set(id(result), withResult(known, result));
  }
  return [...byEvent.values()]
    .filter(({ type }) => type !== 'interaction.requires_action')
    .sort((a, b) => a.at - b.at);
}

function received({ event_id, type, source, resource_id, received_at }: Told): OutputStanding {
  return {
    resource: resource_id,
    type,
    source,
    eventId: event_id,
    state: 'received',
    bytes: null,
    rows: null,
    attempt: 0,
    errorCode: null,
    reason: null,
    dueAt: null,
    at: received_at,
    uri: null,
  };
}

function withStatus(known: OutputStanding, status: ProcessingStatus): OutputStanding {
  const { progress_done: done, progress_total: total } = status;
  return {
    ...known,
    state: STATES[status.state] ?? status.state,
    bytes: done === null ? null : { done, total },
    attempt: status.attempt,
    errorCode: status.error_code,
    reason: status.reason,
    dueAt: status.due_at,
    at: status.at,
  };
}

function withResult(known: OutputStanding, result: Result): OutputStanding {
  const { size_bytes: size, row_count: all, failed_row_count: failed } = result;
  return {
    ...known,
    // A redrive may be under way: its own status is the later word.
    state: known.state === 'dead_lettered' ? known.state : result.status,
    bytes: result.part_count === 0 ? null : { done: size, total: size },
    rows: all === null ? null : { all, failed: failed ?? 0 },
    errorCode: result.error_code ?? known.errorCode,
    reason: result.error_message ?? known.reason,
    uri: result.object_uri === '' ? null : result.object_uri,
  };
}
