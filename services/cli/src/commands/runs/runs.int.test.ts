import { createPostgresApprovals } from '@gemini-events/approvals';
import { createPostgresLaunches, type Launch } from '@gemini-events/launches';
import { defineWorkflow } from '@gemini-events/workflows';
import type { RunStory } from '@gemini-events/workflows/operations';
import { createPostgresRuns } from '@gemini-events/workflows/store';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { openRunBed, type RunBed } from './testing/run-bed.ts';

const SOON = { timeout: 15_000, interval: 20 };
const ON = ['interaction.requires_action'] as const;

let isBroken = true;
let bed: RunBed;
let cli: RunBed['cli'];
let json: RunBed['json'];

const failing = defineWorkflow({
  name: 'failing',
  on: ON,
  async run(_, context) {
    await context.step('prepare', async () => 7, { input: { amount: 5 } });
    await context.step(
      'pay',
      async () => {
        if (isBroken) throw new Error('the shop is away');
      },
      { attempts: 2, waitMs: 1 },
    );
    return 'paid';
  },
});
const asking = defineWorkflow({
  name: 'asking',
  on: ON,
  run: (_, context) => context.approval('sure', { title: 'Sure?' }),
});

beforeAll(async () => {
  bed = await openRunBed(inject('stack'), [failing, asking]);
  ({ cli, json } = bed);
});
afterAll(() => bed?.close());

/** Begins a run and waits until it is in a state. */
async function begin(workflow: typeof failing, resource: string, state: string): Promise<string> {
  const event = {
    event_id: `msg-${resource}`,
    type: ON[0],
    source: 'default',
    labels: {},
    resource_id: resource,
  };
  const letter = {
    topic: 'gemini.events.interaction',
    partition: 0,
    offset: '0',
    timestamp: 0,
    key: null,
    value: null,
    headers: {},
  };
  const { runId } = await bed.engine.start(workflow, event as never, { job: null, letter });
  await reaches(runId, state);
  return runId;
}

async function reaches(runId: string, state: string): Promise<void> {
  await vi.waitFor(async () => {
    expect(await createPostgresRuns(bed.pool).find(runId)).toMatchObject({ state });
  }, SOON);
}

/** The engine writes the end of a run after ours, and retries only what it has ended itself. */
async function isEndedAtTheEngine(runId: string): Promise<void> {
  await vi.waitFor(async () => {
    const [row] = await bed.pool.query<{ status: string }>(
      'select status from gemini_agent.workflow_status where workflow_uuid = $1',
      [runId],
    );
    expect(row?.status).toBe('ERROR');
  }, SOON);
}

describe('a run that has failed', () => {
  let id: string;

  beforeAll(async () => {
    id = await begin(failing, 'int-1', 'failed');
    await isEndedAtTheEngine(id);
  });

  it('is found by its state, its workflow and its job', async () => {
    for (const found of [
      ['--state', 'failed', '--state', 'done'],
      ['--workflow', 'failing'],
      ['--resource', 'int-1'],
    ]) {
      expect(await json('runs', 'ls', ...found)).toMatchObject([{ id }]);
    }
    for (const missed of [
      ['--state', 'cancelled'],
      ['--workflow', 'orders'],
      ['--resource', 'int-2'],
    ]) {
      expect(await cli('runs', 'ls', ...missed)).toMatchObject({ code: 0, out: 'no runs' });
    }
    expect((await cli('runs', 'ls')).out).toContain('ERR_UNEXPECTED: the shop is away');
  });

  it('is shown with each attempt, what went in and came out', async () => {
    const { code, out } = await cli('runs', 'show', id);
    expect(code).toBe(0);
    expect(out).toMatch(/interaction\.requires_action of int-1\n.*msg-int-1 from default/);
    expect(out).toMatch(/prepare +1 +done .*agent-0\n +input +\{"amount":5\}\n +output +7\n/);
    expect(out).toMatch(/pay +2 +failed .*\n +error +ERR_UNEXPECTED: the shop is away\n/);
  });

  it('is cut to the width of a terminal, unless it is wanted in full', async () => {
    const widest = async (...options: readonly string[]): Promise<number> => {
      const { out } = await bed.onTerminal(40)('runs', 'show', id, ...options);
      return Math.max(...out.split('\n').map((line) => line.length));
    };
    expect(await widest()).toBe(40);
    expect(await widest('--full')).toBeGreaterThan(40);
  });

  it('is retried once, from the step that failed, and it stands in the audit topic', async () => {
    const dry = await json('runs', 'retry', id, '--dry-run');
    expect(dry).toEqual({ id, action: 'retry', dryRun: true, state: 'failed', approvals: [] });
    expect(await bed.audited(id)).toEqual([]);
    isBroken = false;
    const retried = await cli('runs', 'retry', id, '--reason', 'it is back', '--actor', 'ann');
    expect(retried).toMatchObject({ code: 0, out: expect.stringContaining(id) as string });
    await reaches(id, 'done');
    const { run, attempts } = (await json('runs', 'show', id)) as RunStory;
    expect(run).toMatchObject({ outcome: '"paid"', redrives: 1 });
    expect(attempts.filter(({ name }) => name === 'prepare')).toHaveLength(1);
    expect(attempts.filter(({ redrive }) => redrive === 1).map(({ name }) => name)).toEqual([
      'pay',
    ]);
    expect(await bed.audited(id)).toMatchObject([
      { action: 'run.retry', actor: 'ann', reason: 'it is back' },
    ]);
    for (const action of ['retry', 'cancel']) {
      const { code, talk } = await cli('runs', action, id);
      expect([code, talk]).toEqual([1, expect.stringMatching(/^ERR_RUN_STATE: .* is done/)]);
    }
    expect(await bed.audited(id)).toHaveLength(1);
  });
});

describe('a run that waits for a person', () => {
  it('stands out, and is cancelled together with what it asks', async () => {
    const id = await begin(asking, 'int-3', 'waiting');
    const listed = await cli('runs', 'ls', '--state', 'waiting');
    expect(listed.out).toMatch(new RegExp(`^!  ${id} .*approval ap_`, 'm'));
    expect(listed.talk).toContain('1 wait for a person');
    const approvals = createPostgresApprovals(bed.pool);
    const [asked] = await approvals.list({ runId: id, limit: 10 });
    const shown = await cli('runs', 'show', id);
    expect(shown.out).toContain(`waiting for a person, approval ${asked?.id}`);
    expect(shown.out).toMatch(new RegExp(`${asked?.id} +requested .*Sure\\?`));

    expect(await json('runs', 'cancel', id, '--dry-run')).toMatchObject({
      state: 'waiting',
      approvals: [asked?.id],
    });
    expect(await approvals.find(asked?.id ?? '')).toMatchObject({ state: 'requested' });
    const cancelled = await json('runs', 'cancel', id, '--reason', 'a test', '--actor', 'ann');
    expect(cancelled).toMatchObject({ state: 'cancelled', approvals: [asked?.id] });
    expect(await approvals.find(asked?.id ?? '')).toMatchObject({
      state: 'cancelled',
      reason: 'a test',
    });
    expect(await bed.audited(id)).toMatchObject([
      { action: 'run.cancel', actor: 'ann', reason: 'a test', details: { approvals: '1' } },
    ]);
    expect(await cli('runs', 'cancel', id)).toMatchObject({
      code: 1,
      talk: expect.stringContaining('ERR_RUN_STATE') as string,
    });
  });

  it('is cancelled once more where what it asks was left open', async () => {
    const id = await begin(asking, 'int-4', 'waiting');
    const approvals = createPostgresApprovals(bed.pool);
    await bed.engine.cancel(id);
    // As after a process that ended between the two.
    await bed.pool.query(
      `update gemini_events.approvals set state = 'requested', reason = null, decided_at = null
       where run_id = $1`,
      [id],
    );
    const [asked] = await approvals.list({ runId: id, state: 'requested', limit: 10 });
    expect(await cli('runs', 'cancel', id)).toMatchObject({ code: 0 });
    expect(await approvals.find(asked?.id ?? '')).toMatchObject({ state: 'cancelled' });
  });
});

describe('jobs', () => {
  it('are found by owner, run and state, and shown by their key and by what they made', async () => {
    const launches = createPostgresLaunches(bed.pool);
    const launch = {
      kind: 'batch',
      digest: 'ab'.repeat(32),
      model: 'gemini-x',
      labels: { team: 'search' },
      route: null,
      budgetUsd: 2,
      previousId: null,
      caller: 'me',
    } as const;
    await launches.begin({ ...launch, key: 'k1', owner: 'acme', runId: 'run-1' });
    await launches.created('k1', 'me', 'batches/b1');
    await launches.begin({ ...launch, key: 'k2', owner: null, runId: null });
    const keys = async (...options: readonly string[]) =>
      ((await json('jobs', 'ls', ...options)) as readonly Launch[]).map(({ key }) => key);
    expect((await keys()).toSorted()).toEqual(['k1', 'k2']);
    expect(await keys('--owner', 'acme')).toEqual(['k1']);
    expect(await keys('--run', 'run-1')).toEqual(['k1']);
    expect(await keys('--state', 'calling')).toEqual(['k2']);
    expect(await keys('--limit', '1')).toHaveLength(1);
    for (const id of ['k1', 'batches/b1']) {
      expect((await cli('jobs', 'show', id)).out).toMatch(/^labels +team=search$/m);
      expect(await json('jobs', 'show', id)).toMatchObject({ key: 'k1', state: 'created' });
    }
  });
});

describe('what is not there', () => {
  it.each(['show', 'cancel', 'retry'])('has a code of its own: runs %s', async (action) => {
    expect(await cli('runs', action, 'none')).toEqual({
      code: 1,
      out: '',
      talk: 'ERR_RUN_UNKNOWN: there is no run none\n',
    });
  });

  it('is said of a job as of a state', async () => {
    for (const argv of [
      ['jobs', 'show', 'none'],
      ['jobs', 'ls', '--state', 'lost'],
      ['runs', 'ls', '--state', 'lost'],
    ]) {
      expect(await cli(...argv)).toMatchObject({ code: 2, out: '' });
    }
  });
});
