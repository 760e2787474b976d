import type { ProcessorEvents } from '@gemini-events/kafka';
import type { Logger, Metrics } from '@gemini-events/service';
import type { Outcome } from './dedup-logic.ts';

/** Every metric and log line of dedup. Normal operation logs nothing per record. */
export function createInternalEvents(log: Logger, metrics: Metrics) {
  const records = metrics.counter(
    'gemini_events_dedup_records_total',
    'Records by what became of them.',
    ['outcome'],
  );
  const transaction = metrics.histogram(
    'gemini_events_dedup_transaction_seconds',
    'From the first record taken to the acknowledged commit.',
    [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  );
  const failures = metrics.counter(
    'gemini_events_dedup_failures_total',
    'Attempts that failed, by step.',
    ['step'],
  );
  const partitions = metrics.gauge(
    'gemini_events_dedup_partitions',
    'Partitions that this instance owns.',
  );
  const gaps = metrics.counter(
    'gemini_events_dedup_gap_records_total',
    'Records that retention removed unread.',
  );
  const outcomes: readonly Outcome[] = ['published', 'duplicate', 'quarantined'];
  for (const outcome of outcomes) records.inc({ outcome }, 0);

  const processor: ProcessorEvents = {
    joined: (assigned) => {
      partitions.set(assigned.length);
      log.info({ partitions: assigned }, 'joined the group');
    },
    prepared: (count, milliseconds) =>
      log.info({ partitions: count, milliseconds }, 'fenced and restored'),
    committed: (_count, milliseconds) => transaction.observe(milliseconds / 1000),
    failed: (step, err) => {
      failures.inc({ step });
      log.warn({ err, step }, 'failed; tried again');
    },
    gap: (partition, from, to) => {
      gaps.inc(Number(to - from));
      log.error(
        { partition, from: String(from), to: String(to) },
        'records are gone from the log unread',
      );
    },
    fatal: (err) => {
      log.fatal({ err }, 'cannot go on');
      process.exit(1);
    },
  };
  return {
    processor,
    topicsAwaited: (err: unknown): void => {
      failures.inc({ step: 'topics' });
      log.warn({ err }, 'waiting for the topics; tried again');
    },
    counted: (counts: Readonly<Record<Outcome, number>>): void => {
      for (const outcome of outcomes) records.inc({ outcome }, counts[outcome]);
    },
  };
}
