import {
  type Approval,
  type Approvals,
  createPostgresApprovals,
  type NewApproval,
} from '@gemini-events/approvals';
import { defaultActor } from '@gemini-events/cli-kit';
import type { PostgresPool } from '@gemini-events/postgres';
import { createTestDatabase, type TestDatabase } from '@gemini-events/postgres/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { runCli } from '../../run-cli.ts';

let database: TestDatabase;
let pool: PostgresPool;
let approvals: Approvals;

beforeAll(async () => {
  database = await createTestDatabase(inject('stack').databaseUrl);
  pool = database.pool();
  approvals = createPostgresApprovals(pool);
});
beforeEach(() => pool.query('truncate gemini_events.approvals, gemini_events.approval_log'));
afterAll(() => database?.drop());

/** With Postgres alone: neither Kafka nor a registry is named. */
async function cli(...args: readonly string[]) {
  let [out, talk] = ['', ''];
  const code = await runCli(['approvals', ...args], {
    env: { DATABASE_URL: database.url },
    out: (text) => (out += text),
    talk: (text) => (talk += text),
  });
  return { code, out, talk };
}

async function ask(id: string, more: Partial<NewApproval> = {}): Promise<Approval> {
  const { approval } = await approvals.request(pool, {
    id,
    runId: 'run-1',
    workflow: 'orders',
    source: 'default',
    resourceId: null,
    title: 'Refund 12 USD?',
    evidence: '{"order":"o-1"}',
    choices: [
      { name: 'approve', label: 'Approve', approves: true },
      { name: 'reject', label: 'Reject', approves: false },
    ],
    approvers: null,
    defaultChoice: null,
    requestedAt: Date.now(),
    expiresAt: Date.now() + 60_000,
    ...more,
  });
  return approval;
}

const idsOf = (out: string) => (JSON.parse(out) as readonly Approval[]).map(({ id }) => id);

describe('approvals ls and show', () => {
  it('list what waits for a decision, or what is asked for', async () => {
    await ask('ap_1', { requestedAt: 1_000 });
    await ask('ap_2', { requestedAt: 2_000, runId: 'run-2' });
    await cli('decide', 'ap_2', 'approve');
    expect(idsOf((await cli('ls', '--json')).out)).toEqual(['ap_1']);
    expect(idsOf((await cli('ls', '--state', 'all', '--json')).out)).toEqual(['ap_2', 'ap_1']);
    expect(idsOf((await cli('ls', '--state', 'approved', '--json')).out)).toEqual(['ap_2']);
    expect(idsOf((await cli('ls', '--run', 'run-2', '--json')).out)).toEqual(['ap_2']);
    expect((await cli('ls', '--run', 'run-3')).out).toBe('no approvals');
    expect((await cli('ls', '--state', 'open')).code).toBe(2);
  });

  it('show one with its evidence and its log', async () => {
    const asked = await ask('ap_1');
    const { out, code } = await cli('show', 'ap_1', '--json');
    expect(JSON.parse(out)).toEqual({ ...asked, log: await approvals.log('ap_1') });
    expect((await cli('show', 'ap_1')).out).toContain('"order": "o-1"');
    expect(code).toBe(0);
    const unknown = await cli('show', 'ap_2');
    expect(unknown).toMatchObject({ code: 1, out: '' });
    expect(unknown.talk).toContain('ERR_APPROVAL_UNKNOWN');
  });
});

describe('approvals decide', () => {
  it('decides, as the one who calls, and once', async () => {
    await ask('ap_1');
    const { code, out } = await cli('decide', 'ap_1', 'reject', '--reason', 'no', '--json');
    const actor = `cli:${defaultActor()}`;
    const approval = await approvals.find('ap_1');
    expect(approval).toMatchObject({ state: 'rejected', actor, via: 'cli', reason: 'no' });
    expect([code, JSON.parse(out)]).toEqual([
      0,
      { dryRun: false, kind: 'taken', isRepeat: false, approval },
    ]);
    const again = await cli('decide', 'ap_1', 'reject');
    expect(again).toMatchObject({ code: 0, out: expect.stringContaining('already rejected') });
    expect(await approvals.log('ap_1')).toHaveLength(2);
  });

  it('tells who was first when it is too late, and keeps the attempt', async () => {
    await ask('ap_1');
    await cli('decide', 'ap_1', 'approve', '--actor', 'anna', '--reason', 'fine');
    const late = await cli('decide', 'ap_1', 'reject', '--actor', 'bob');
    expect(late).toMatchObject({ code: 1, out: '' });
    expect(late.talk).toMatch(
      /ERR_APPROVAL_CLOSED: ap_1 is approved with approve by cli:anna .*fine/,
    );
    const json = await cli('decide', 'ap_1', 'reject', '--actor', 'bob', '--json');
    expect(JSON.parse(json.out)).toMatchObject({
      kind: 'too_late',
      approval: { actor: 'cli:anna' },
    });
    expect((await approvals.log('ap_1')).map(({ outcome }) => outcome)).toEqual([
      'taken',
      'taken',
      'too_late',
      'too_late',
    ]);
  });

  it('is for approvers alone, and nobody can be taken for a user of Slack', async () => {
    await ask('ap_1', { approvers: ['slack:U1', 'cli:anna@host'] });
    for (const actor of ['bob', 'slack:U1']) {
      const { code, talk } = await cli('decide', 'ap_1', 'approve', '--actor', actor);
      expect([code, talk]).toEqual([1, expect.stringContaining('ERR_APPROVAL_NOT_ALLOWED')]);
    }
    const { code } = await cli('decide', 'ap_1', 'approve', '--actor', 'cli:anna@host');
    expect(code).toBe(0);
    expect((await approvals.log('ap_1')).map(({ actor }) => actor)).toEqual([
      'run/run-1',
      'cli:bob',
      'cli:slack:U1',
      'cli:anna@host',
    ]);
  });

  it('names the choices where there is none of that name, and says where there is no approval', async () => {
    await ask('ap_1');
    const wrong = await cli('decide', 'ap_1', 'yes');
    expect(wrong).toMatchObject({ code: 1, talk: expect.stringContaining('approve, reject') });
    const unknown = await cli('decide', 'ap_2', 'approve');
    expect(unknown).toMatchObject({
      code: 1,
      talk: expect.stringContaining('ERR_APPROVAL_UNKNOWN'),
    });
  });

  it('only says what it would come to in a dry run', async () => {
    const asked = await ask('ap_1', { approvers: ['cli:anna'] });
    const dry = (...more: readonly string[]) =>
      cli('decide', 'ap_1', 'approve', '--dry-run', ...more);
    expect(await dry('--actor', 'anna')).toMatchObject({
      code: 0,
      out: 'ap_1: the decision would count',
    });
    expect((await dry('--actor', 'bob')).talk).toContain('ERR_APPROVAL_NOT_ALLOWED');
    expect(await approvals.find('ap_1')).toEqual(asked);
    await cli('decide', 'ap_1', 'reject', '--actor', 'anna');
    expect((await dry('--actor', 'anna')).talk).toContain('ERR_APPROVAL_CLOSED');
    expect((await cli('decide', 'ap_2', 'x', '--dry-run')).talk).toContain('ERR_APPROVAL_UNKNOWN');
    expect((await cli('decide', 'ap_1', 'x', '--dry-run', '--actor', 'anna')).talk).toContain(
      'ERR_APPROVAL_CHOICE',
    );
    expect(await approvals.log('ap_1')).toHaveLength(2);
  });
});
