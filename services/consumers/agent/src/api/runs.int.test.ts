import { BridgeError } from '@gemini-events/events';
import { createCursors, listen } from '@gemini-events/http-api';
import { createPostgresRunJournal, createPostgresRuns } from '@gemini-events/workflows/store';
import { z } from '@hono/zod-openapi';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { type ApiBed, makeApiBed } from './testing/api-bed.ts';

let bed: ApiBed;
let token: string;
let tokenId: string;

beforeAll(async () => {
  bed = await makeApiBed(inject('stack').databaseUrl);
});
beforeEach(async () => {
  await bed.clear();
  bed.audits.length = 0;
  ({ token, id: tokenId } = await bed.makeToken());
});
afterAll(() => bed?.drop());

const pathOf = (id: string, action = '') => `/v1/runs/${encodeURIComponent(id)}${action}`;
const runsOf = () => createPostgresRuns(bed.pool);

describe('a run', () => {
  it('is shown with each attempt at each step', async () => {
    const id = await bed.makeRun();
    const journal = createPostgresRunJournal(bed.pool);
    const step = { runId: id, step: 1, name: 'launch', instance: 'a' };
    const first = await journal.begin({ ...step, input: '{"n":1}' });
    await journal.failed(id, 1, first.attempt, { code: 'ERR_GEMINI_QUOTA', message: 'later' });
    const second = await journal.begin({ ...step, input: '{"n":1}' });
    await journal.done(id, 1, second.attempt, '"fine"');
    await journal.begin({ ...step, step: 2, name: 'wait', input: null });
    await runsOf().waitsFor(id, 'job batches/b2');
    const { status, body } = await bed.call(token, 'GET', pathOf(id));
    expect([status, body]).toMatchObject([
      200,
      { id, state: 'waiting', waits_for: 'job batches/b2', error: null, more_steps: false },
    ]);
    const common = { redrive: 0, instance: 'a', started_at: expect.any(String) };
    expect((body as { steps: unknown }).steps).toEqual([
      {
        ...common,
        step: 1,
        attempt: 1,
        name: 'launch',
        state: 'failed',
        input: '{"n":1}',
        output: null,
        error: { code: 'ERR_GEMINI_QUOTA', message: 'later' },
        ended_at: expect.any(String),
      },
      {
        ...common,
        step: 1,
        attempt: 2,
        name: 'launch',
        state: 'done',
        input: '{"n":1}',
        output: '"fine"',
        error: null,
        ended_at: expect.any(String),
      },
      {
        ...common,
        step: 2,
        attempt: 1,
        name: 'wait',
        state: 'running',
        input: null,
        output: null,
        error: null,
        ended_at: null,
      },
    ]);
  });

  it('with very many attempts says that there are more', async () => {
    const id = await bed.makeRun();
    await bed.pool.query(
      `insert into gemini_events.run_steps
         (run_id, step, attempt, redrive, name, state, instance, started_at)
       select $1, n, 1, 0, 'a', 'done', 'i', now() from generate_series(1, 1001) n`,
      [id],
    );
    const { body } = await bed.call(token, 'GET', pathOf(id));
    const { steps, more_steps: more } = body as { steps: unknown[]; more_steps: boolean };
    expect([steps.length, more]).toEqual([1_000, true]);
  });

  it('is found by whatever id it has, also behind a real server', async () => {
    const server = await listen(bed.app, { host: '127.0.0.1', port: 0, portSetting: 'NONE' });
    const behind = {
      request: (path: string, init: RequestInit) =>
        fetch(`http://127.0.0.1:${server.port}${path}`, init),
    };
    const odd = [
      'orders/main/batch.succeeded/batches/b1',
      'a//b/',
      'a/../b',
      'a b+c%2F%25?x=1#y&z',
      'ä/😀/"\'',
      ':id/{id}/*',
      'x'.repeat(500),
    ];
    try {
      for (const id of odd) {
        await bed.makeRun({ id });
        for (const to of [bed.app, behind]) {
          const shown = await bed.call(token, 'GET', pathOf(id), undefined, to);
          expect([shown.status, shown.body]).toMatchObject([200, { id }]);
        }
        const done = await bed.call(token, 'POST', pathOf(id, '/cancel'), undefined, behind);
        expect([done.status, done.body]).toMatchObject([200, { id, state: 'cancelled' }]);
      }
      const raw = await bed.call(token, 'GET', '/v1/runs/orders/main/x', undefined, behind);
      expect(raw.status).toBe(404);
    } finally {
      await server.close();
    }
  });
});

describe('cancelling a run', () => {
  it('ends it once, and the audit has who did that before it is done', async () => {
    const id = await bed.makeRun();
    const { status, body } = await bed.call(token, 'POST', pathOf(id, '/cancel'));
    expect([status, body]).toMatchObject([200, { id, state: 'cancelled' }]);
    const actor = `token/${tokenId}`;
    const entry = { actor, action: 'run.cancel', target: id, detail: { state: 'running' } };
    expect(bed.audits).toEqual([entry]);
    const again = await bed.call(token, 'POST', pathOf(id, '/cancel'));
    expect([again.status, again.body]).toMatchObject([
      409,
      { code: 'run_state', state: 'cancelled' },
    ]);
  });

  it('is not done where the audit cannot be written', async () => {
    const id = await bed.makeRun();
    const app = bed.makeApp({
      audit: () => Promise.reject(new BridgeError('ERR_KAFKA_UNAVAILABLE', 'away')),
    });
    for (const action of ['/cancel', '/retry']) {
      const { status } = await bed.call(token, 'POST', pathOf(id, action), undefined, app);
      expect(status).toBe(503);
    }
    expect(await runsOf().find(id)).toMatchObject({ state: 'running', redrives: 0 });
  });

  it('that is gone meanwhile is answered as if it had never been', async () => {
    const id = await bed.makeRun();
    const gone = () => Promise.reject(new BridgeError('ERR_RUN_UNKNOWN', 'gone'));
    const app = bed.makeApp({ engine: { cancel: gone, redrive: gone } });
    for (const action of ['/cancel', '/retry']) {
      const { body } = await bed.call(token, 'POST', pathOf(id, action), undefined, app);
      expect(body).toMatchObject({ status: 404, code: 'not_found' });
    }
  });
});

describe('beginning a run again', () => {
  it('is for one that failed or was cancelled', async () => {
    for (const state of ['failed', 'cancelled'] as const) {
      const id = await bed.makeRun();
      await runsOf().end(id, { state, error: { code: 'ERR_STEP', message: 'no' } });
      const { status, body } = await bed.call(token, 'POST', pathOf(id, '/retry'));
      expect([status, body]).toMatchObject([
        202,
        { id, state: 'running', redrives: 1, error: null },
      ]);
      expect(bed.audits.at(-1)).toMatchObject({
        action: 'run.retry',
        target: id,
        detail: { state },
      });
    }
  });

  it('is not for one that runs or is done', async () => {
    const running = await bed.makeRun();
    const done = await bed.makeRun();
    await runsOf().end(done, { state: 'done', outcome: '"x"' });
    for (const [id, state] of [
      [running, 'running'],
      [done, 'done'],
    ] as const) {
      const { status, body } = await bed.call(token, 'POST', pathOf(id, '/retry'));
      expect([status, body]).toMatchObject([409, { code: 'run_state', state }]);
    }
  });
});

describe('the list of runs', () => {
  const idsOf = async (query: string) => {
    const { body } = await bed.call(token, 'GET', `/v1/runs?${query}`);
    const { data, next } = body as { data: { id: string }[]; next: string | null };
    return { ids: data.map(({ id }) => id), next };
  };

  it('has all of them once, the newest first, page by page, however long their ids are', async () => {
    const made: string[] = [];
    for (let at = 0; at < 5; at += 1) {
      made.push(await bed.makeRun({ id: `orders/${'"'.repeat(at * 120)}${at}` }));
    }
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page = await idsOf(`limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`);
      seen.push(...page.ids);
      cursor = page.next;
    }
    expect(seen).toHaveLength(5);
    expect(new Set(seen)).toEqual(new Set(made));
  });

  it('is of what is named', async () => {
    const orders = await bed.makeRun({ resourceId: 'batches/one' });
    const report = await bed.makeRun({ workflow: 'research-report' });
    await runsOf().end(report, { state: 'failed' });
    expect((await idsOf('workflow=orders')).ids).toEqual([orders]);
    expect((await idsOf('state=failed')).ids).toEqual([report]);
    expect((await idsOf('resource=batches%2Fone')).ids).toEqual([orders]);
    expect((await idsOf('resource=%00')).ids).toEqual([]);
    for (const query of ['state=lost', 'workflow=%00', 'workflow=A', 'resource=']) {
      const { status } = await bed.call(token, 'GET', `/v1/runs?${query}`);
      expect([query, status]).toEqual([query, 400]);
    }
  });

  it('takes no cursor that was made up or is of another list', async () => {
    const mine = createCursors('runs', z.unknown());
    const other = createCursors('approvals', z.unknown());
    for (const cursor of [
      'x',
      mine.write(1),
      mine.write({ startedAt: 1, id: 'a\0' }),
      mine.write({ startedAt: -1, id: 'a' }),
      other.write({ startedAt: 1, id: 'a' }),
    ]) {
      const { body } = await bed.call(token, 'GET', `/v1/runs?cursor=${cursor}`);
      expect(body).toMatchObject({ status: 400, code: 'invalid_cursor' });
    }
    const { status } = await bed.call(
      token,
      'GET',
      `/v1/runs?cursor=${mine.write({ startedAt: Number.MAX_SAFE_INTEGER, id: 'a' })}`,
    );
    expect(status).toBe(200);
  });
});
