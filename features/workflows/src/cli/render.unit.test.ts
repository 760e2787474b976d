import type { Approval } from '@gemini-events/approvals';
import { spanText } from '@gemini-events/cli-kit';
import type { Launch } from '@gemini-events/launches';
import { describe, expect, it } from 'vitest';
import { refuseUnfit, renderMove } from '../operations/move-run.ts';
import { markCutOff } from '../operations/run-story.ts';
import type { Run, StepAttempt } from '../store/run.ts';
import { renderRun } from './render-run.ts';
import { renderRuns } from './render-runs.ts';

const RUN: Run = {
  id: 'orders/default/int-1',
  workflow: 'orders',
  version: 2,
  source: 'default',
  eventId: 'msg-1',
  type: 'interaction.requires_action',
  resourceId: 'int-1',
  state: 'running',
  waitsFor: null,
  outcome: null,
  errorCode: null,
  errorMessage: null,
  redrives: 0,
  startedAt: 0,
  changedAt: 1_000,
  endedAt: null,
};
const FAILED: Run = {
  ...RUN,
  state: 'failed',
  errorCode: 'ERR_STEP_TIMEOUT',
  errorMessage: 'step pay\ntook longer',
  redrives: 1,
  endedAt: 2_000,
};

const ATTEMPT: StepAttempt = {
  step: 1,
  attempt: 1,
  redrive: 0,
  name: 'pay',
  state: 'done',
  input: null,
  output: null,
  errorCode: null,
  errorMessage: null,
  instance: 'agent-0',
  startedAt: 0,
  endedAt: 40,
};
const HANGS: StepAttempt = { ...ATTEMPT, state: 'running', endedAt: null };

describe('the list of runs', () => {
  it('marks those that wait for a person, and no others', () => {
    const text = renderRuns(
      [
        { ...RUN, id: 'a', state: 'waiting', waitsFor: 'approval ap_1' },
        { ...RUN, id: 'b', state: 'waiting', waitsFor: 'job batches/b1' },
        { ...FAILED, id: 'c' },
      ],
      3 * 3_600_000,
    );
    expect(text).toBe(
      [
        '   id  workflow  state    waits for       age  error',
        '!  a   orders@2  waiting  approval ap_1   3 h  -',
        '   b   orders@2  waiting  job batches/b1  3 h  -',
        '   c   orders@2  failed   -               3 h  ERR_STEP_TIMEOUT: step pay took longer',
      ].join('\n'),
    );
  });

  it('says so where there are none', () => {
    expect(renderRuns([], 0)).toBe('no runs');
  });

  it('cuts long errors, so that a line stays a line', () => {
    const text = renderRuns([{ ...FAILED, errorMessage: 'x'.repeat(500) }], 0);
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThan(200);
    expect(text).toMatch(/x…$/);
  });
});

describe('an attempt that never ended', () => {
  const cutOff = (state: Run['state'], attempts: readonly StepAttempt[]) =>
    markCutOff({ state }, attempts).map(({ isCutOff }) => isCutOff);

  it.each(['running', 'waiting'] as const)('may be under way while its run is %s', (state) => {
    expect(cutOff(state, [ATTEMPT, { ...HANGS, step: 2 }])).toEqual([false, false]);
  });

  it.each(['done', 'failed', 'cancelled'] as const)('was cut off where its run is %s', (state) => {
    expect(cutOff(state, [ATTEMPT, { ...HANGS, step: 2 }])).toEqual([false, true]);
  });

  it('was cut off where the same step was begun anew, whatever the order', () => {
    expect(cutOff('running', [HANGS, { ...HANGS, attempt: 2 }])).toEqual([true, false]);
    expect(cutOff('running', [{ ...HANGS, attempt: 2 }, HANGS])).toEqual([false, true]);
    expect(cutOff('running', [HANGS, { ...HANGS, step: 2, attempt: 2 }])).toEqual([false, false]);
  });
});

describe('one run', () => {
  const launch = {
    key: 'orders/default/int-1/report',
    kind: 'batch',
    state: 'created',
    resourceId: 'batches/b1',
    calls: 1,
    model: 'gemini-x',
    owner: null,
    error: null,
    begunAt: 30,
  } as Launch;
  const approval = {
    id: 'ap_1',
    title: 'Pay\u001b[2J?',
    state: 'approved',
    choice: 'approve',
    actor: 'cli:ann',
    via: 'cli',
    requestedAt: 20,
    decidedAt: 30,
  } as Approval;

  it('is shown with its attempts, what went in and out, its paid calls and its approvals', () => {
    const attempts = [
      HANGS,
      {
        ...ATTEMPT,
        attempt: 2,
        state: 'failed' as const,
        errorCode: 'ERR_HTTP_STATUS',
        errorMessage: '503',
      },
      { ...ATTEMPT, attempt: 3, input: '{"amount":5}', output: `"${'y'.repeat(100)}"` },
    ];
    const text = renderRun({
      run: FAILED,
      attempts: markCutOff(FAILED, attempts),
      isCut: false,
      calls: [launch],
      approvals: [approval],
    });
    expect(text).toBe(
      [
        'run         orders/default/int-1',
        'workflow    orders@2',
        'state       failed',
        'event       interaction.requires_action of int-1',
        'webhook-id  msg-1 from default',
        'begun       1970-01-01T00:00:00.000Z',
        'changed     1970-01-01T00:00:01.000Z',
        'ended       1970-01-01T00:00:02.000Z',
        'retried     1',
        'error       ERR_STEP_TIMEOUT: step pay took longer',
        '',
        'steps',
        'time                      step  name  attempt  state    took   instance',
        '1970-01-01T00:00:00.000Z     1  pay         1  cut off  -      agent-0',
        '1970-01-01T00:00:00.000Z     1  pay         2  failed   40 ms  agent-0',
        '    error   ERR_HTTP_STATUS: 503',
        '1970-01-01T00:00:00.000Z     1  pay         3  done     40 ms  agent-0',
        '    input   {"amount":5}',
        `    output  "${'y'.repeat(100)}"`,
        '',
        'paid calls',
        'begun                     key                          kind   state    job         calls  model     owner',
        '1970-01-01T00:00:00.030Z  orders/default/int-1/report  batch  created  batches/b1      1  gemini-x  -',
        '',
        'approvals',
        'asked                     id    state     choice   by       via  decided                   title',
        '1970-01-01T00:00:00.020Z  ap_1  approved  approve  cli:ann  cli  1970-01-01T00:00:00.030Z  Pay [2J?',
      ].join('\n'),
    );
  });

  it('says that it waits for a person', () => {
    const run: Run = { ...RUN, state: 'waiting', waitsFor: 'approval ap_1' };
    const text = renderRun({ run, attempts: [], isCut: false, calls: [], approvals: [] });
    expect(text).toContain('waiting for a person, approval ap_1');
    expect(text).not.toContain('steps');
  });
});

describe('what may be done to a run', () => {
  it.each([
    ['cancel', 'running', 0],
    ['cancel', 'waiting', 1],
    // The process that cancelled it ended before it came to the approvals.
    ['cancel', 'cancelled', 1],
    ['retry', 'failed', 0],
    ['retry', 'cancelled', 0],
  ] as const)('is to %s one that is %s, with %i open approvals', (action, state, open) => {
    expect(() => refuseUnfit({ id: 'r', action }, state, open)).not.toThrow();
  });

  it.each([
    ['cancel', 'done'],
    ['cancel', 'failed'],
    ['cancel', 'cancelled'],
    ['retry', 'running'],
    ['retry', 'waiting'],
    ['retry', 'done'],
  ] as const)('is not to %s one that is %s', (action, state) => {
    expect(() => refuseUnfit({ id: 'r', action }, state, 0)).toThrow(
      `run r is ${state}: there is nothing to ${action}`,
    );
  });

  it('is told with the approvals that go with it', () => {
    const move = { id: 'r', action: 'cancel', state: 'waiting', approvals: ['ap_1'] } as const;
    expect(renderMove({ ...move, dryRun: true })).toBe(
      'r: waiting, would be cancelled; approvals cancelled: ap_1',
    );
    expect(renderMove({ ...move, dryRun: false, state: 'cancelled' })).toBe(
      'r: cancelled; approvals cancelled: ap_1',
    );
    expect(
      renderMove({ id: 'r', action: 'retry', state: 'failed', approvals: [], dryRun: true }),
    ).toBe('r: failed, would be retried');
  });
});

it.each([
  [-5, '0 ms'],
  [0, '0 ms'],
  [999, '999 ms'],
  [1_000, '1 s'],
  [59_999, '59 s'],
  [60_000, '1 min'],
  [3_599_999, '59 min'],
  [86_399_999, '23 h'],
  [3 * 86_400_000, '3 d'],
])('%i milliseconds are %s', (ms, text) => {
  expect(spanText(ms)).toBe(text);
});
