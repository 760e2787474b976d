import { afterAll, beforeAll, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { migrate } from '../migrations/migrate.ts';
import type { PostgresPool } from '../pool.ts';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { createReadModel, type ReadModel } from './read-model.ts';
import { readStory } from './story.ts';
import { type RowOf, TABLES } from './tables.ts';

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
    await migrate(pool);
  });
  beforeEach(async () => {
    readModel = createReadModel(pool);
    await readModel.clear();
  });
  afterAll(() => database.drop());

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
      for (const name of [...Object.keys(TABLES), 'jobs']) {
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

  it('forgets what is older, by table', async () => {
    const old = event({ event_id: 'old', received_at: 1_000 });
    await readModel.write({ rows: { events: [old, event({})] }, moves: move(0, 6) });
    const never = { deliveries: 0, lane_steps: 0, lanes: 0, results: 0, dead_letters: 0, audit: 0 };
    expect(await readModel.prune({ ...never, events: 1_500 })).toBe(1);
  });

  it('has one writer at a time', async () => {
    expect(await readModel.lead('one', 60_000)).toBe(true);
    expect(await readModel.lead('two', 60_000)).toBe(false);
    expect(await readModel.lead('one', 0)).toBe(true);
    expect(await readModel.lead('two', 60_000)).toBe(true);
  });
});
