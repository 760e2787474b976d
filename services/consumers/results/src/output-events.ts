import type { Manifest, OutputStatus } from '@gemini-events/objects';
import type { Metrics } from '@gemini-events/service';

/** What the runtime's own metrics do not tell: what became of outputs. */
export interface OutputEvents {
  /** `repeat`: another event had led to it before. */
  readonly settled: (outcome: OutputStatus | 'repeat') => void;
  readonly stored: (manifest: Manifest) => void;
  /** A download broke off and went on. */
  readonly resumed: () => void;
}

const OUTCOMES = ['stored', 'partial', 'failed', 'cancelled', 'expired', 'repeat'] as const;
/** Where nothing waits to be fetched. */
const NOTHING_WAITS_SECONDS = 48 * 3_600;

/** @param timeLeft milliseconds until the first output that is not fetched yet expires */
export function createOutputEvents(metrics: Metrics, timeLeft: () => number | null): OutputEvents {
  const outputs = metrics.counter(
    'gemini_events_results_outputs_total',
    'Outputs by what they came to: stored, partial (rows failed), failed, cancelled, expired, or there already.',
    ['outcome'],
  );
  const bytes = metrics.counter(
    'gemini_events_results_stored_bytes_total',
    'Bytes of stored outputs.',
  );
  const rows = metrics.counter(
    'gemini_events_results_rows_total',
    'Rows of stored batches, with an answer or without.',
    ['outcome'],
  );
  const resumed = metrics.counter(
    'gemini_events_results_resumed_downloads_total',
    'Downloads that broke off and went on where they were.',
  );
  metrics.gauge(
    'gemini_events_results_time_left_seconds',
    'Until the first output that is not fetched yet expires at Gemini; 48 hours where none waits. Alert below a day.',
    [],
    (gauge) => gauge.set({}, (timeLeft() ?? NOTHING_WAITS_SECONDS * 1_000) / 1_000),
  );
  for (const outcome of OUTCOMES) outputs.inc({ outcome }, 0);
  return {
    settled: (outcome) => outputs.inc({ outcome }),
    stored(manifest) {
      bytes.inc(manifest.parts.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0));
      rows.inc({ outcome: 'succeeded' }, manifest.rows?.succeeded ?? 0);
      rows.inc({ outcome: 'failed' }, manifest.rows?.failed ?? 0);
    },
    resumed: () => resumed.inc(),
  };
}
