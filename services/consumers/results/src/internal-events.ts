import { isBridgeError } from '@gemini-events/events';
import type { Logger, Metrics } from '@gemini-events/service';
import type { Outcome } from './handle-record.ts';

/** Every metric and log line of the results consumer. */
export interface ResultsEvents {
  readonly settled: (outcome: Outcome, seconds: number) => void;
  /** A try failed; null: it was the last one. */
  readonly failed: (error: unknown, waitMs: number | null) => void;
  readonly groupFailed: (error: unknown) => void;
  readonly schemasAwaited: (error: unknown) => void;
  readonly kafkaConnected: () => void;
  readonly kafkaLost: (cause: unknown) => void;
}

export function createResultsEvents(log: Logger, metrics: Metrics): ResultsEvents {
  const outputs = metrics.counter('gemini_events_results_outputs_total', 'Events by what became of them.', [
    'outcome',
  ]);
  const failures = metrics.counter('gemini_events_results_failures_total', 'Tries that failed, by error code.', [
    'code',
  ]);
  const duration = metrics.histogram(
    'gemini_events_results_duration_seconds',
    'From taking an event to its settlement, waits included.',
    [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300],
  );
  for (const outcome of ['stored', 'repeat', 'skipped', 'dead_lettered'] as const) outputs.inc({ outcome }, 0);
  return {
    settled: (outcome, seconds) => {
      outputs.inc({ outcome });
      duration.observe(seconds);
    },
    failed: (err, waitMs) => {
      failures.inc({ code: isBridgeError(err) ? err.code : 'ERR_UNEXPECTED' });
      if (waitMs === null) log.error({ err }, 'gave up; the event is a dead letter');
      else log.warn({ err, waitMs }, 'failed; tried again');
    },
    groupFailed: (err) => log.warn({ err }, 'the consumer group failed; tried again'),
    schemasAwaited: (err) => log.warn({ err }, 'schema ids are not known yet'),
    kafkaConnected: () => log.info('connected to Kafka'),
    kafkaLost: (err) => log.warn({ err }, 'Kafka cannot be reached'),
  };
}
