import type { SourceKind, SourceRecord } from '@gemini-events/read-model';
import type { Approval, Job, ProcessingStatus } from '@gemini-events/schemas';
import { describe, expect, it } from 'vitest';
import { makeRows } from './make-rows.ts';
import { kindOf, needsValue } from './row-source.ts';

const status = (more: Partial<ProcessingStatus>): ProcessingStatus => ({
  event_id: 'msg-1',
  type: 'batch.succeeded',
  source: 'default',
  resource_id: 'batches/b1',
  consumer: 'results',
  state: 'started',
  attempt: 1,
  reason: null,
  error_code: null,
  due_at: null,
  progress_done: null,
  progress_total: null,
  progress_unit: null,
  at: 1_000,
  instance: 'one',
  topic: 'gemini.events.batch',
  partition: 3,
  offset: 7,
  ...more,
});

function record(kind: SourceKind, offset: number, more: Partial<SourceRecord>): SourceRecord {
  const place = { topic: 't', partition: 1, offset, timestamp: 5_000, key: 'batches/b1' };
  return { kind, ...place, headers: {}, decoded: null, ...more };
}

const said = (offset: number, more: Partial<ProcessingStatus>): SourceRecord =>
  record('processing', offset, {
    decoded: { name: 'ProcessingStatus', value: status(more), schemaId: 1 },
  });

describe('the rows of the read model', () => {
  it('hold each step, and of a lane the last one with the time of the first', () => {
    const { lane_steps: steps, lanes } = makeRows([
      said(10, { at: 1_000 }),
      said(11, { at: 3_000, state: 'waiting', error_code: 'E' }),
      said(12, { at: 2_000, state: 'done', attempt: 2 }),
      said(13, { event_id: 'msg-2' }),
    ]);
    expect(steps?.map(({ record_offset }) => record_offset)).toEqual([10, 11, 12, 13]);
    expect(steps?.[0]?.origin).toBe('gemini.events.batch/3/7');
    expect(lanes).toHaveLength(2);
    expect(lanes?.[0]).toMatchObject({
      state: 'done',
      record_offset: 12,
      first_at: 1_000,
      at: 2_000,
    });
  });

  it('tell a dead letter by its headers, whatever its value', () => {
    const text = {
      ce_id: 'msg-1',
      ce_type: 'batch.failed',
      'gemini-source': 'default',
      'dlq-error-code': 'ERR_RESULT_EXPIRED',
      'dlq-error-message': 'gone',
      'dlq-attempts': '5',
      'dlq-first-failure': '1970-01-01T00:00:01.000Z',
      'redrive-count': 'x',
    };
    const headers = Object.fromEntries(
      Object.entries(text).map(([name, value]) => [name, Buffer.from(value)]),
    );
    const { dead_letters: letters } = makeRows([record({ lettersOf: 'results' }, 4, { headers })]);
    expect(letters).toEqual([
      {
        partition: 1,
        record_offset: 4,
        consumer: 'results',
        source: 'default',
        event_id: 'msg-1',
        resource_id: 'batches/b1',
        type: 'batch.failed',
        error_code: 'ERR_RESULT_EXPIRED',
        error_message: 'gone',
        attempts: 5,
        redrives: 0,
        first_failure_at: 1_000,
        last_failure_at: 5_000,
      },
    ]);
  });

  it('hold the last that was said of a job that was launched, and of an approval', () => {
    const job: Job = {
      resource_id: 'batches/b1',
      kind: 'batch',
      key: 'report-1',
      model: null,
      owner: 'acme',
      labels: { team: 'search' },
      route: 'reports',
      budget_usd: 2.5,
      previous_id: null,
      run_id: null,
      launched_at: 1_000,
    };
    const approval: Approval = {
      approval_id: 'ap_1',
      run_id: 'orders/1',
      workflow: 'orders',
      source: 'default',
      resource_id: null,
      title: 'Go on?',
      evidence: '{}',
      choices: '[]',
      state: 'requested',
      choice: null,
      actor: null,
      via: null,
      reason: null,
      requested_at: 2_000,
      expires_at: 9_000,
      decided_at: null,
    };
    const decided = { ...approval, state: 'approved', actor: 'slack:U1', decided_at: 3_000 };
    const { launched_jobs: jobs, asked_approvals: approvals } = makeRows([
      ...[3, 4].map((offset) =>
        record('jobs', offset, { decoded: { name: 'Job', value: job, schemaId: 1 } }),
      ),
      ...[approval, decided].map((value, at) =>
        record('approvals', 8 + at, { decoded: { name: 'Approval', value, schemaId: 2 } }),
      ),
    ]);
    expect(jobs).toEqual([{ ...job, labels: '{"team":"search"}', partition: 1, record_offset: 4 }]);
    const { actor, ...others } = decided;
    expect(approvals).toEqual([
      { ...others, decided_by: actor, resource_id: '', partition: 1, record_offset: 9 },
    ]);
  });

  it('are none of a value that cannot be read', () => {
    const rows = makeRows([record('events', 1, {}), record('results', 2, {})]);
    expect(Object.values(rows).flat()).toEqual([]);
  });
});

it.each<[string, SourceKind | null]>([
  ['gemini.deliveries', 'deliveries'],
  ['gemini.events.unknown', 'events'],
  ['gemini.processing', 'processing'],
  ['gemini.jobs', 'jobs'],
  ['gemini.approvals', 'approvals'],
  ['gemini.dlq.audit-log', { lettersOf: 'audit-log' }],
  ['gemini.replay.results', null],
  ['gemini.dedup.changelog', null],
  ['other.deliveries', null],
])('%s holds %j', (topic, kind) => {
  expect(kindOf('gemini', topic)).toEqual(kind);
});

it('needs values for all but deliveries and dead letters, whose headers say enough', () => {
  const kinds: readonly SourceKind[] = ['deliveries', 'events', 'jobs', { lettersOf: 'x' }];
  expect(kinds.map(needsValue)).toEqual([false, true, true, false]);
});
