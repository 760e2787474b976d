import { expect, it } from 'vitest';
import { type ConsumerProgress, progressIn, untilCaughtUp } from './consumer-progress.ts';

const METRICS = `# HELP gemini_events_consumer_events_total Events by what became of them.
# TYPE gemini_events_consumer_events_total counter
gemini_events_consumer_events_total{state="done"} 7
gemini_events_consumer_events_total{state="skipped"} 2
gemini_events_consumer_events_total{state="repeat"} 5
gemini_events_consumer_events_total{state="dead_lettered"} 1
gemini_events_consumer_lag{partition="0"} 3
gemini_events_consumer_lag{partition="11"} 4
`;

const signal = new AbortController().signal;

it('a consumer has handled what it did, skipped or gave up, and not what it had done before', () => {
  expect(progressIn('audit-log', METRICS)).toEqual({ name: 'audit-log', handled: 10, lag: 7 });
});

it('a consumer with a loop of its own says nothing of its progress', () => {
  expect(progressIn('other', 'gemini_events_other_outputs_total{outcome="stored"} 7\n')).toBeNull();
});

const reader = (lags: number[]) => async (): Promise<ConsumerProgress[]> => [
  { name: 'audit-log', handled: 1, lag: lags.shift() ?? -1 },
];

it('a run waits until its consumers have caught up, and does not believe the first look: it may be old', async () => {
  const lags = [0, 7, 0];
  const progress = await untilCaughtUp(reader(lags), { limitMs: 60_000, pollMs: 0, signal });
  expect(progress).toMatchObject([{ lag: 0 }]);
  expect(lags).toEqual([]);
});

it('a run does not wait for ever for a handler that takes its time', async () => {
  const progress = await untilCaughtUp(reader([9]), { limitMs: 0, signal });
  expect(progress).toMatchObject([{ lag: 9 }]);
});

it('a run without consumers on the runtime waits for none', async () => {
  expect(await untilCaughtUp(async () => [], { limitMs: 60_000, signal })).toEqual([]);
});
