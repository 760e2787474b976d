import type { StoreUsage } from '@gemini-events/dedup-store';
import type { ProcessorStatus, TaskState } from '@gemini-events/kafka/processor';
import type { Metrics } from '@gemini-events/service';
import type { Outcomes } from './outcomes.ts';
import { stalledTasks } from './progress.ts';

const NAME = 'gemini_events_dedup';
const STATES: readonly TaskState[] = [
  'assigned',
  'fencing',
  'restoring',
  'running',
  'draining',
  'lost',
];

/** Every metric of dedup. Labels are closed sets, or partition numbers of the one input topic. */
export function createMeters(metrics: Metrics) {
  const records = metrics.counter(`${NAME}_records_total`, 'Records by what became of them.', [
    'outcome',
  ]);
  const duplicates = metrics.counter(
    `${NAME}_duplicates_total`,
    'Dropped records, by the key that they were known by.',
    ['key'],
  );
  const quarantined = metrics.counter(
    `${NAME}_quarantined_total`,
    'Quarantined records: classified so by the ingress, or why dedup did it.',
    ['reason'],
  );
  /** Series by what they count of the outcomes; each is there from the start, at zero. */
  const counted = [
    [records.labels('published'), (of: Outcomes) => of.published],
    [records.labels('duplicate'), (of: Outcomes) => of.repeatedIds + of.repeatedResources],
    [records.labels('quarantined'), (of: Outcomes) => of.classified + of.conflicts + of.unreadable],
    [duplicates.labels('webhook_id'), (of: Outcomes) => of.repeatedIds],
    [duplicates.labels('resource'), (of: Outcomes) => of.repeatedResources],
    [quarantined.labels('classified'), (of: Outcomes) => of.classified],
    [quarantined.labels('id_conflict'), (of: Outcomes) => of.conflicts],
    [quarantined.labels('headers_missing'), (of: Outcomes) => of.unreadable],
  ] as const;
  for (const [series] of counted) series.inc(0);
  const partitions = metrics.gauge(
    `${NAME}_partitions`,
    'Partitions that this instance owns, by their state.',
    ['state'],
  );
  const lag = metrics.gauge(
    `${NAME}_lag_records`,
    'Deliveries of a partition that are not committed yet.',
    ['partition'],
  );
  const restored = metrics.gauge(
    `${NAME}_restored_ratio`,
    'Share of the changelog of a partition that was read, 0 to 1.',
    ['partition'],
  );
  const stalled = metrics.gauge(
    `${NAME}_stalled_partitions`,
    'Partitions that have records to read and take none.',
  );
  const ids = metrics.gauge(`${NAME}_store_ids`, 'Keys that the stores hold.');
  const bytes = metrics.gauge(`${NAME}_store_bytes`, 'Memory of the stores.');
  const segments = metrics.gauge(`${NAME}_store_segments`, 'Time segments of the stores.');

  return {
    prepare: metrics.histogram(
      `${NAME}_prepare_seconds`,
      'From an assignment, or a failed transaction, to the restored state.',
      [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
    ),
    transaction: metrics.histogram(
      `${NAME}_transaction_seconds`,
      'From the first record taken to the acknowledged commit.',
      [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    ),
    transactionRecords: metrics.histogram(
      `${NAME}_transaction_records`,
      'Records per transaction.',
      [1, 3, 10, 30, 100, 300, 1_000, 3_000, 10_000, 30_000],
    ),
    failures: metrics.counter(`${NAME}_failures_total`, 'Attempts that failed, by step.', ['step']),
    gaps: metrics.counter(`${NAME}_gap_records_total`, 'Records that retention removed unread.'),
    forcedRevokes: metrics.counter(
      `${NAME}_forced_revokes_total`,
      'Partitions that were taken away before they were drained.',
    ),
    /** Once per transaction and partition: most series stay as they are. */
    count(outcomes: Outcomes): void {
      for (const [series, of] of counted) {
        const more = of(outcomes);
        if (more > 0) series.inc(more);
      }
    },
    show(status: ProcessorStatus, stores: readonly StoreUsage[]): void {
      for (const state of STATES) {
        partitions.set({ state }, status.tasks.filter((task) => task.state === state).length);
      }
      // A partition that went to another instance is shown by that one.
      lag.reset();
      restored.reset();
      for (const { partition, ...task } of status.tasks) {
        lag.set({ partition }, task.lag);
        restored.set({ partition }, task.restored);
      }
      stalled.set(stalledTasks(status).length);
      ids.set(sum(stores, (store) => store.ids));
      bytes.set(sum(stores, (store) => store.bytes));
      segments.set(sum(stores, (store) => store.segments));
    },
  };
}

function sum(stores: readonly StoreUsage[], of: (store: StoreUsage) => number): number {
  return stores.reduce((total, store) => total + of(store), 0);
}
