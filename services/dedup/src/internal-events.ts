import type { StoreUsage } from '@gemini-events/dedup-store';
import type { ProcessorEvents, ProcessorStatus } from '@gemini-events/kafka/processor';
import { EXIT_CONFIG, type Logger, type Metrics } from '@gemini-events/service';
import { createMeters } from './meters.ts';
import type { Outcomes } from './outcomes.ts';
import { stalledTasks } from './progress.ts';

/** Every log line of dedup, and what each event does to its meters. Nothing is logged per record. */
export function createInternalEvents(log: Logger, metrics: Metrics) {
  const meters = createMeters(metrics);
  /** Partitions whose standstill was told. */
  let stalled: readonly number[] = [];

  const processor: ProcessorEvents = {
    joined: (partitions, generation) => log.info({ partitions, generation }, 'joined the group'),
    prepared: (partitions, milliseconds) => {
      meters.prepare.observe(milliseconds / 1000);
      log.info({ partitions, milliseconds }, 'fenced and restored');
    },
    committed: (records, milliseconds) => {
      meters.transaction.observe(milliseconds / 1000);
      meters.transactionRecords.observe(records);
    },
    failed: (step, err) => {
      meters.failures.inc({ step });
      log.warn({ err, step }, 'failed; tried again');
    },
    gap: (partition, from, to) => {
      meters.gaps.inc(to - from);
      log.error({ partition, from, to }, 'records are gone from the log unread');
    },
    forced: (partitions) => {
      meters.forcedRevokes.inc(partitions.length);
      log.warn({ partitions }, 'partitions were taken away before they were drained');
    },
    fatal: (err) => {
      log.fatal({ err }, 'cannot go on');
      process.exit(1);
    },
  };
  return {
    processor,
    windowShort: (): void =>
      log.warn('DEDUP_WINDOW_HOURS is below the 24 hours during which Gemini repeats a delivery'),
    topicsAwaited: (err: unknown): void => {
      meters.failures.inc({ step: 'topics' });
      log.warn({ err }, 'waiting for the topics; tried again');
    },
    /** The topics are there, but working with them would break a promise. */
    refused: (err: unknown): never => {
      log.fatal({ err }, 'refused to start');
      process.exit(EXIT_CONFIG);
    },
    counted: (outcomes: Readonly<Outcomes>): void => meters.count(outcomes),
    /** Looked at every second. */
    observed: (status: ProcessorStatus, stores: readonly StoreUsage[]): void => {
      meters.show(status, stores);
      const now = stalledTasks(status);
      for (const { partition, lag, stalledMs } of now) {
        if (stalled.includes(partition)) continue;
        log.error({ partition, lag, stalledMs }, 'the partition makes no progress');
      }
      for (const partition of stalled) {
        if (now.some((task) => task.partition === partition)) continue;
        log.info({ partition }, 'the partition makes progress again, or is not ours any more');
      }
      stalled = now.map(({ partition }) => partition);
    },
  };
}
