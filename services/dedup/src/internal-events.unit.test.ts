import type { ProcessorStatus, TaskStatus } from '@gemini-events/kafka/processor';
import { createMetrics, type Logger } from '@gemini-events/service';
import { beforeEach, describe, expect, it } from 'vitest';
import { createInternalEvents } from './internal-events.ts';
import { noOutcomes } from './outcomes.ts';

const task = (partition: number, more: Partial<TaskStatus> = {}): TaskStatus => ({
  partition,
  state: 'running',
  lag: 5,
  restored: 1,
  stalledMs: 0,
  ...more,
});
const status = (...tasks: readonly TaskStatus[]): ProcessorStatus => ({
  joined: true,
  ready: true,
  tasks,
});

describe('what dedup tells', () => {
  let lines: string[];
  let events: ReturnType<typeof createInternalEvents>;
  let metrics: ReturnType<typeof createMetrics>;

  beforeEach(() => {
    lines = [];
    const line =
      (level: string) =>
      (_: object, text = ''): void =>
        void lines.push(`${level}: ${text}`);
    const log = { info: line('info'), warn: line('warn'), error: line('error') };
    metrics = createMetrics();
    events = createInternalEvents(log as unknown as Logger, metrics);
  });

  /** Series of one metric, with their values. */
  async function series(name: string): Promise<string[]> {
    const text = await metrics.text();
    return text.split('\n').filter((line) => line.startsWith(`gemini_events_dedup_${name}`));
  }

  it('counts records by outcome, duplicates by key, quarantined ones by reason', async () => {
    events.counted({
      ...noOutcomes(),
      published: 5,
      classified: 1,
      repeatedIds: 3,
      repeatedResources: 2,
      conflicts: 1,
      unreadable: 4,
    });
    expect(await series('records_total')).toEqual([
      'gemini_events_dedup_records_total{outcome="published"} 5',
      'gemini_events_dedup_records_total{outcome="duplicate"} 5',
      'gemini_events_dedup_records_total{outcome="quarantined"} 6',
    ]);
    expect(await series('duplicates_total')).toEqual([
      'gemini_events_dedup_duplicates_total{key="webhook_id"} 3',
      'gemini_events_dedup_duplicates_total{key="resource"} 2',
    ]);
    expect(await series('quarantined_total')).toEqual([
      'gemini_events_dedup_quarantined_total{reason="classified"} 1',
      'gemini_events_dedup_quarantined_total{reason="id_conflict"} 1',
      'gemini_events_dedup_quarantined_total{reason="headers_missing"} 4',
    ]);
  });

  it('shows lag and restore of the partitions that it has, and of no others', async () => {
    events.observed(status(task(1), task(2, { state: 'restoring', restored: 0.5 })), []);
    events.observed(status(task(2, { lag: 7 })), []);
    expect(await series('lag_records')).toEqual([
      'gemini_events_dedup_lag_records{partition="2"} 7',
    ]);
    expect(await series('restored_ratio')).toEqual([
      'gemini_events_dedup_restored_ratio{partition="2"} 1',
    ]);
    expect(await series('partitions{state="running"}')).toEqual([
      'gemini_events_dedup_partitions{state="running"} 1',
    ]);
    expect(await series('partitions{state="restoring"}')).toEqual([
      'gemini_events_dedup_partitions{state="restoring"} 0',
    ]);
  });

  it('sums the stores up', async () => {
    events.observed(status(task(1)), [
      { ids: 10, bytes: 400, segments: 2 },
      { ids: 5, bytes: 200, segments: 1 },
    ]);
    expect(await series('store_')).toEqual([
      'gemini_events_dedup_store_ids 15',
      'gemini_events_dedup_store_bytes 600',
      'gemini_events_dedup_store_segments 3',
    ]);
  });

  it('tells once that a partition makes no progress, and once that it does again', async () => {
    const stuck = status(task(3, { stalledMs: 31_000 }));
    events.observed(stuck, []);
    events.observed(stuck, []);
    expect(await series('stalled_partitions')).toEqual([
      'gemini_events_dedup_stalled_partitions 1',
    ]);
    events.observed(status(task(3)), []);
    events.observed(status(task(3)), []);
    expect(await series('stalled_partitions')).toEqual([
      'gemini_events_dedup_stalled_partitions 0',
    ]);
    expect(lines).toEqual([
      'error: the partition makes no progress',
      'info: the partition makes progress again, or is not ours any more',
    ]);
    events.observed(stuck, []);
    expect(lines).toHaveLength(3);
  });

  it('counts transactions, failures, gaps and forced revokes', async () => {
    events.processor.committed(40, 20);
    events.processor.failed('fetch', new Error('x'));
    events.processor.gap(1, 10, 15);
    events.processor.forced([1, 2]);
    expect(await series('transaction_seconds_sum')).toEqual([
      'gemini_events_dedup_transaction_seconds_sum 0.02',
    ]);
    expect(await series('transaction_records_sum')).toEqual([
      'gemini_events_dedup_transaction_records_sum 40',
    ]);
    expect(await series('failures_total')).toEqual([
      'gemini_events_dedup_failures_total{step="fetch"} 1',
    ]);
    expect(await series('gap_records_total')).toEqual(['gemini_events_dedup_gap_records_total 5']);
    expect(await series('forced_revokes_total')).toEqual([
      'gemini_events_dedup_forced_revokes_total 2',
    ]);
  });
});
