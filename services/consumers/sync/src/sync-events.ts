import type { Logger, Metrics } from '@gemini-events/service';

/** Every metric and log line of sync. */
export interface SyncEvents {
  readonly leads: (leads: boolean) => void;
  /** @param newest time of its youngest record, milliseconds since 1970 */
  readonly stepped: (records: number, newest: number) => void;
  /** All that was fetched is written. */
  readonly wentWell: () => void;
  readonly unreadable: () => void;
  readonly failed: (error: unknown) => void;
  readonly pruned: (rows: number) => void;
  /** For /readyz. */
  readonly health: () => { readonly ok: boolean; readonly detail: string };
}

const QUIET_MS = 5_000;

export function createSyncEvents(log: Logger, metrics: Metrics, now: () => number): SyncEvents {
  const records = metrics.counter(
    'gemini_events_sync_records_total',
    'Records that the read model has taken in.',
  );
  const steps = metrics.counter(
    'gemini_events_sync_steps_total',
    'Transactions that wrote to the read model.',
  );
  const bad = metrics.counter(
    'gemini_events_sync_unreadable_total',
    'Records whose value is none of ours.',
  );
  const failures = metrics.counter(
    'gemini_events_sync_failures_total',
    'Failures; each is tried again.',
  );
  const removed = metrics.counter(
    'gemini_events_sync_pruned_rows_total',
    'Rows that were removed for their age.',
  );
  const leading = metrics.gauge(
    'gemini_events_sync_leads',
    'Whether this instance writes, 1 or 0.',
  );
  const behind = metrics.gauge(
    'gemini_events_sync_behind_seconds',
    'Age of the newest record of the last step.',
  );
  let wentWellAt = -Infinity;
  let isLeader = false;
  let why = 'starting';
  return {
    leads(leads) {
      if (leads !== isLeader) log.info({ leads }, leads ? 'writes the read model' : 'stands by');
      isLeader = leads;
      leading.set(leads ? 1 : 0);
      wentWellAt = now();
    },
    stepped(count, newest) {
      records.inc(count);
      steps.inc();
      if (count > 0) behind.set(Math.max(0, (Date.now() - newest) / 1_000));
    },
    wentWell() {
      wentWellAt = now();
    },
    unreadable: () => bad.inc(),
    failed(error) {
      failures.inc();
      why = error instanceof Error ? error.message : String(error);
      log.warn({ err: error }, 'tried again');
    },
    pruned: (rows) => removed.inc(rows),
    health() {
      const ok = now() - wentWellAt < QUIET_MS;
      return { ok, detail: ok ? (isLeader ? 'writes' : 'stands by') : why };
    },
  };
}
