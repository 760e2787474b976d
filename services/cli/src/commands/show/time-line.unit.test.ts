import type { Story } from '@gemini-events/postgres';
import { expect, it } from 'vitest';
import { timeLineOf } from './time-line.ts';

const NAMES = {
  source: 'default',
  event_id: 'msg-1',
  resource_id: 'batches/b1',
  type: 'batch.succeeded',
};
const NOTHING: Story = { deliveries: [], events: [], steps: [], results: [], decisions: [] };

it('tells a delivery before the event that it became, whose receipt is some milliseconds older', () => {
  const delivery = { ...NAMES, route: 'batch', scheme: 'v1' };
  const story: Story = {
    ...NOTHING,
    deliveries: [
      { ...delivery, at: 1_002 },
      { ...delivery, at: 1_500 },
      { ...delivery, event_id: 'msg-2', at: 1_001, route: 'quarantine' },
    ],
    events: [
      {
        ...NAMES,
        at: 1_000,
        occurred_at: 0,
        trust: 'unproven',
        error_code: 'E',
        error_message: null,
      },
    ],
  };
  expect(timeLineOf(story).map(({ at, what, detail }) => [at, what, detail])).toEqual([
    [1_000, 'delivered', 'batch.succeeded, default, v1'],
    [1_000, 'event', 'batch.succeeded, unproven, E'],
    [1_001, 'quarantined', 'batch.succeeded, default, v1'],
    [1_500, 'delivered again', 'batch.succeeded, default, v1'],
  ]);
});

it('tells what came by the private lane, and what was decided by whom', () => {
  const step = { event_id: 'msg-1', consumer: 'results', due_at: null, error_code: null };
  const story: Story = {
    ...NOTHING,
    steps: [
      {
        ...step,
        at: 3,
        attempt: 1,
        state: 'dead_lettered',
        reason: 'no',
        origin: 'g.events.batch/1/2',
      },
      { ...step, at: 9, attempt: 2, state: 'done', reason: null, origin: 'g.replay.results/1/0' },
    ],
    decisions: [
      {
        at: 5,
        consumer: 'results',
        event_id: 'msg-1',
        decision: 'redriven',
        actor: 'ann',
        reason: 'mended',
        replay: 'r1',
      },
    ],
  };
  expect(timeLineOf(story).map(({ lane, what, detail }) => `${lane} ${what}: ${detail}`)).toEqual([
    'results dead lettered: no',
    'results redriven: by ann, mended, redrive r1',
    'results done: attempt 2, by its private lane',
  ]);
});
