import { isBridgeError } from '@gemini-events/events';
import type { Logger, Metrics } from '@gemini-events/service';
import type { Decision } from './retry-policy.ts';

/** What became of one event. */
export type Outcome = 'stored' | 'repeat' | 'skipped' | 'dead_lettered';

/** Every metric and log line of the results consumer. */
export interface ResultsEvents {
  readonly settled: (outcome: Outcome, seconds: number) => void;
  readonly storedBytes: (bytes: number) => void;
  /** A try failed. */
  readonly failed: (error: unknown, decision: Decision) => void;
  /** The group, or a handler that cannot go on: tried again without end. */
  readonly blocked: (error: unknown) => void;
  readonly schemasAwaited: (error: unknown) => void;
  readonly topicsAwaited: (error: unknown) => void;
  readonly kafkaConnected: () => void;
  readonly kafkaLost: (cause: unknown) => void;
}

const OUTCOMES = ['stored', 'repeat', 'skipped', 'dead_lettered'] as const;
const SECONDS = [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 1800];

export function createResultsEvents(log: Logger, metrics: Metrics): ResultsEvents {
  const name = (rest: string): string => `gemini_events_results_${rest}`;
  const outputs = metrics.counter(name('outputs_total'), 'Events by what became of them.', [
    'outcome',
  ]);
  const failures = metrics.counter(name('failures_total'), 'Tries that failed, by error code.', [
    'code',
  ]);
  const retries = metrics.counter(name('retries_total'), 'Tries after the first one of an event.');
  const bytes = metrics.counter(name('stored_bytes_total'), 'Bytes of stored outputs.');
  const duration = metrics.histogram(
    name('duration_seconds'),
    'From taking an event to its settlement, waits included.',
    SECONDS,
  );
  for (const outcome of OUTCOMES) outputs.inc({ outcome }, 0);
  return {
    settled: (outcome, seconds) => {
      outputs.inc({ outcome });
      duration.observe(seconds);
    },
    storedBytes: (count) => bytes.inc(count),
    failed: (err, decision) => {
      failures.inc({ code: isBridgeError(err) ? err.code : 'ERR_UNEXPECTED' });
      if (decision.kind === 'again') {
        retries.inc();
        log.warn({ err, waitMs: decision.waitMs }, 'failed; tried again');
      } else {
        log.error({ err }, 'gave up; the event is a dead letter');
      }
    },
    blocked: (err) => log.warn({ err }, 'cannot go on; tried again'),
    schemasAwaited: (err) => log.warn({ err }, 'schema ids are not known yet'),
    topicsAwaited: (err) => log.warn({ err }, 'waiting for the topics; tried again'),
    kafkaConnected: () => log.info('connected to Kafka'),
    kafkaLost: (err) => log.warn({ err }, 'Kafka cannot be reached'),
  };
}
