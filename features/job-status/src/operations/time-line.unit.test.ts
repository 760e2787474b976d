import { expect, it } from 'vitest';
import type { Story } from '../store/story.ts';
import { timeLineOf } from './time-line.ts';

const NAMES = {
  source: 'default',
  event_id: 'msg-1',
  resource_id: 'batches/b1',
  type: 'batch.succeeded',
};
const NOTHING: Story = {
  deliveries: [],
  events: [],
  steps: [],
  results: [],
  decisions: [],
  launches: [],
  runs: [],
  approvals: [],
};

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

it('tells who launched the job, which run it began, what that asked, and how it goes on', () => {
  const launch = { owner: null, route: null, model: 'gemini-x', kind: 'interaction' };
  const run = { id: 'orders/1', event_id: 'msg-1', workflow: 'orders', error_message: null };
  const ended = { expires_at: 90, run_id: 'orders/1' };
  const story: Story = {
    ...NOTHING,
    launches: [
      {
        ...launch,
        at: 1,
        is_own: true,
        resource_id: 'int_1',
        key: 'order-7',
        route: 'orders',
        owner: 'acme',
        previous_id: 'int_0',
        run_id: null,
      },
      {
        ...launch,
        at: 30,
        is_own: false,
        resource_id: 'int_2',
        key: 'answer int_1',
        previous_id: 'int_1',
        run_id: 'orders/1',
      },
    ],
    runs: [
      {
        ...run,
        at: 10,
        changed_at: 31,
        state: 'waiting',
        waits_for: 'job int_2',
        error_code: null,
      },
    ],
    approvals: [
      {
        ...ended,
        at: 11,
        approval_id: 'ap_1',
        title: 'Refund?',
        state: 'approved',
        choice: 'approve',
        decided_by: 'slack:U1',
        via: 'slack',
        reason: 'go on',
        decided_at: 20,
      },
      {
        ...ended,
        at: 12,
        approval_id: 'ap_2',
        title: 'More?',
        state: 'requested',
        choice: null,
        decided_by: null,
        via: null,
        reason: null,
        decided_at: null,
      },
    ],
  };
  expect(timeLineOf(story).map(({ lane, what, detail }) => `${lane} ${what}: ${detail}`)).toEqual([
    'caller launched: interaction, gemini-x, owner acme, route orders, continues int_0, key order-7',
    'agent run begun: orders/1',
    'agent asked: Refund?, ap_1',
    'agent asked: More?, ap_2, until 1970-01-01T00:00:00.090Z',
    'agent approved: approve, by slack:U1, slack, go on',
    'agent continued: int_2, gemini-x, by run orders/1',
    'agent run waiting: for job int_2',
  ]);
});
