import type { PostgresPool } from '@gemini-events/postgres';
import { createTestDatabase, type TestDatabase } from '@gemini-events/postgres/testing';
import { createPostgresRuns } from '@gemini-events/workflows/store';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { type RowOf, TABLE_NAMES } from '../projections.ts';
import { createReadModel, type ReadModel } from './read-model.ts';
import { readStory } from './story.ts';

const event = (more: Partial<RowOf<'events'>>): RowOf<'events'> => ({
  partition: 1,
  record_offset: 5,
  source: 'default',
  event_id: 'msg-1',
  resource_id: 'batches/b1',
  type: 'batch.succeeded',
  occurred_at: 1_000,
  received_at: 2_000,
  topic: 'gemini.events.batch',
  scheme: 'v1',
  trust: 'project',
  labels: '{}',
  user_metadata: '{}',
  output_file_uri: null,
  error_code: null,
  error_message: null,
  ...more,
});

const lane = (more: Partial<RowOf<'lanes'>>): RowOf<'lanes'> => ({
  partition: 1,
  record_offset: 10,
  source: 'default',
  event_id: 'msg-1',
  resource_id: 'batches/b1',
  type: 'batch.succeeded',
  consumer: 'results',
  first_at: 100,
  at: 100,
  due_at: null,
  attempt: 1,
  state: 'started',
  reason: null,
  error_code: null,
  instance: 'one',
  progress_done: null,
  progress_total: null,
  progress_unit: null,
  ...more,
});

const job = (more: Partial<RowOf<'launched_jobs'>>): RowOf<'launched_jobs'> => ({
  partition: 1,
  record_offset: 3,
  resource_id: 'int_1',
  launched_at: 500,
  kind: 'interaction',
  key: 'order-7',
  model: 'gemini-x',
  owner: null,
  labels: '{}',
  route: 'orders',
  budget_usd: 2.5,
  previous_id: null,
  run_id: null,
  ...more,
});

const approval = (more: Partial<RowOf<'asked_approvals'>>): RowOf<'asked_approvals'> => ({
  partition: 1,
  record_offset: 20,
  approval_id: 'ap_1',
  run_id: 'orders/1',
  workflow: 'orders',
  source: 'default',
  resource_id: 'int_1',
  title: 'Refund?',
  evidence: '{}',
  choices: '[]',
  state: 'requested',
  choice: null,
  decided_by: null,
  via: null,
  reason: null,
  requested_at: 600,
  expires_at: 9_000,
  decided_at: null,
  ...more,
});

describe('the read model', () => {
  let database: TestDatabase;
  let pool: PostgresPool;
  let readModel: ReadModel;
  const move = (from: number, next: number) => [{ topic: 't', partition: 1, from, next }];
  const lanes = () =>
    pool.query(
      `select state, record_offset::int as offset, (extract(epoch from first_at) * 1000)::int as first
       from gemini_events.lanes`,
    );

  beforeAll(async () => {
    database = await createTestDatabase(inject('stack').databaseUrl);
    pool = database.pool();
  });
  beforeEach(async () => {
    readModel = createReadModel(pool);
    await readModel.clear();
  });
  afterAll(() => database?.drop());

  it('is cleared behind a writer that is at it, and the two do not wait for each other', async () => {
    let cleared: Promise<void> | undefined;
    await pool.transaction(async ({ query }) => {
      // As `write` goes: its place first, then the tables, in their order.
      await query(`insert into gemini_events.sync_offsets values ('t', 1, 6)`);
      cleared = readModel.clear();
      await vi.waitFor(async () => {
        const [waiting] = await pool.query<{ count: number }>(
          `select count(*)::int as count from pg_locks l join pg_database d on d.oid = l.database
           where d.datname = current_database() and not l.granted and l.mode = 'AccessExclusiveLock'`,
        );
        expect(waiting?.count).toBe(1);
      });
      for (const name of [...TABLE_NAMES, 'jobs']) {
        await query(`lock table gemini_events.${name} in row exclusive mode`);
      }
    });
    await cleared;
    expect(await readModel.places()).toEqual([]);
  });

  it('is written where it stands, and nowhere else', async () => {
    await readModel.write({ rows: { events: [event({})] }, moves: move(0, 6) });
    for (const from of [0, 5, 7]) {
      const step = { rows: { events: [event({ event_id: 'other' })] }, moves: move(from, 9) };
      await expect(readModel.write(step)).rejects.toMatchObject({ code: 'ERR_SYNC_MOVED' });
    }
    expect(await readModel.places()).toEqual([{ topic: 't', partition: 1, next: 6 }]);
    expect(await pool.query('select event_id from gemini_events.events')).toEqual([
      { event_id: 'msg-1' },
    ]);
    await readModel.clear();
    await expect(readModel.write({ rows: {}, moves: move(6, 9) })).rejects.toMatchObject({
      code: 'ERR_SYNC_MOVED',
    });
  });

  it('keeps the later step of a lane, also where records come late, and the time of its first', async () => {
    await readModel.write({
      rows: { lanes: [lane({ record_offset: 12, state: 'done', at: 300, first_at: 100 })] },
      moves: move(0, 13),
    });
    await readModel.write({
      rows: { lanes: [lane({ record_offset: 11, state: 'waiting', at: 200 })] },
      moves: move(13, 14),
    });
    expect(await lanes()).toEqual([{ state: 'done', offset: 12, first: 100 }]);
    // Another partition: the time decides.
    await readModel.write({
      rows: { lanes: [lane({ partition: 2, record_offset: 1, state: 'started', at: 400 })] },
      moves: move(14, 15),
    });
    expect(await lanes()).toEqual([{ state: 'started', offset: 1, first: 100 }]);
  });

  it('counts the events of a job, each once', async () => {
    const later = event({ event_id: 'msg-2', type: 'batch.failed', occurred_at: 5_000 });
    await readModel.write({ rows: { events: [event({}), later] }, moves: move(0, 7) });
    await readModel.write({ rows: { events: [later, event({})] }, moves: move(7, 9) });
    expect(
      await pool.query('select resource_id, events, last_type from gemini_events.jobs'),
    ).toEqual([{ resource_id: 'batches/b1', events: 2, last_type: 'batch.failed' }]);
  });

  it('P5: holds whatever a record says: no value keeps back what comes behind it', async () => {
    const strange = event({
      event_id: `\0${'é'.repeat(3_000)}\ud800`,
      resource_id: 'x'.repeat(100_000),
      type: '\\0',
      occurred_at: Number.MAX_SAFE_INTEGER,
      received_at: Number.NaN,
      labels: JSON.stringify({ '\0': '\\' }),
      error_message: '\0',
    });
    await readModel.write({
      rows: { events: [strange], lanes: [lane({ attempt: 1e15, at: -5 })] },
      moves: move(0, 6),
    });
    const story = await readStory(pool, 'x'.repeat(100_000));
    expect(story.events[0]).toMatchObject({ type: '\\0', error_message: '\0' });
  });

  it('keeps the last that was said of an approval, in whatever order its states come', async () => {
    const decided = approval({ record_offset: 21, state: 'approved', decided_at: 700 });
    await readModel.write({ rows: { asked_approvals: [decided] }, moves: move(0, 22) });
    await readModel.write({ rows: { asked_approvals: [approval({})] }, moves: move(22, 23) });
    expect(await pool.query('select state from gemini_events.asked_approvals')).toEqual([
      { state: 'approved' },
    ]);
  });

  it('tells of a job, and by its event, who launched it, what continues it, its run and what that asks', async () => {
    const begun = event({ resource_id: 'int_1', type: 'interaction.requires_action' });
    const next = job({ resource_id: 'int_2', previous_id: 'int_1', run_id: 'orders/1' });
    const others = [next, job({ resource_id: 'int_3', previous_id: 'int_2' })];
    await readModel.write({
      rows: {
        events: [begun],
        launched_jobs: [job({}), ...others],
        asked_approvals: [approval({}), approval({ approval_id: 'ap_2', resource_id: '' })],
      },
      moves: move(0, 6),
    });
    const runs = createPostgresRuns(pool);
    const run = { workflow: 'orders', version: 1, source: 'default', type: begun.type };
    await runs.begin({ ...run, id: 'orders/1', eventId: 'msg-1', resourceId: 'int_1' });
    await runs.waitsFor('orders/1', 'job int_2');
    // Begun by another event of the job.
    await runs.begin({ ...run, id: 'orders/2', eventId: 'msg-2', resourceId: 'int_1' });
    const told = async (id: string) => {
      const { launches, runs: ofRuns, approvals } = await readStory(pool, id);
      return {
        launches: launches.map((each) => [each.resource_id, each.is_own]),
        runs: ofRuns.map((each) => [each.id, each.state, each.waits_for]),
        approvals: approvals.map((each) => [each.approval_id, each.state, each.at]),
      };
    };
    const expected = {
      launches: [
        ['int_1', true],
        ['int_2', false],
      ],
      runs: [
        ['orders/1', 'waiting', 'job int_2'],
        ['orders/2', 'running', null],
      ],
      approvals: [['ap_1', 'requested', 600]],
    };
    expect(await told('int_1')).toEqual(expected);
    expect(await told('msg-1')).toEqual({ ...expected, runs: expected.runs.slice(0, 1) });
    await pool.query('delete from gemini_events.runs');
  });

  it('forgets what is older, by table, and nothing of a table that is not named', async () => {
    const old = event({ event_id: 'old', received_at: 1_000 });
    const rows = { events: [old, event({})], launched_jobs: [job({})] };
    await readModel.write({ rows, moves: move(0, 6) });
    expect(await readModel.prune({ events: 1_500 })).toBe(1);
    expect(await pool.query('select resource_id from gemini_events.launched_jobs')).toEqual([
      { resource_id: 'int_1' },
    ]);
    expect(await readModel.prune({ launched_jobs: 1_500 })).toBe(1);
  });

  it('has one writer at a time', async () => {
    expect(await readModel.lead('one', 60_000)).toBe(true);
    expect(await readModel.lead('two', 60_000)).toBe(false);
    expect(await readModel.lead('one', 0)).toBe(true);
    expect(await readModel.lead('two', 60_000)).toBe(true);
  });
});
