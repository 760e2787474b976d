import type { Metrics } from '@gemini-events/service';

/** What the runtime's own metrics do not tell: what became of outputs. */
export interface OutputEvents {
  /** `repeat`: another event had led to it before. */
  readonly settled: (outcome: 'stored' | 'repeat') => void;
  readonly storedBytes: (bytes: number) => void;
}

export function createOutputEvents(metrics: Metrics): OutputEvents {
  const outputs = metrics.counter(
    'gemini_events_results_outputs_total',
    'Outputs by what was done: stored, or there already.',
    ['outcome'],
  );
  const bytes = metrics.counter(
    'gemini_events_results_stored_bytes_total',
    'Bytes of stored outputs.',
  );
  for (const outcome of ['stored', 'repeat']) outputs.inc({ outcome }, 0);
  return {
    settled: (outcome) => outputs.inc({ outcome }),
    storedBytes: (count) => bytes.inc(count),
  };
}
