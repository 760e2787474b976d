import type { PostgresPool } from '@gemini-events/postgres';
import { createTestDatabase, type TestDatabase } from '@gemini-events/postgres/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import type { NewApproval, NewDecision } from '../approval.ts';
import { type Approvals, createPostgresApprovals } from './approvals.ts';
import { asked, CHOICES, passTime } from './testing/asked.ts';

let database: TestDatabase;
let pool: PostgresPool;
let approvals: Approvals;

beforeAll(async () => {
  database = await createTestDatabase(inject('stack').databaseUrl);
  pool = database.pool({ size: 20 });
  approvals = createPostgresApprovals(pool);
});
beforeEach(() => pool.query('truncate gemini_events.approvals, gemini_events.approval_log'));
afterAll(() => database?.drop());

const request = (id: string, more: Partial<NewApproval> = {}) =>
  approvals.request(pool, asked(id, more));
const decide = (id: string, more: Partial<NewDecision> = {}) =>
  approvals.decide({ id, choice: 'yes', actor: 'cli:a', via: 'cli', reason: null, ...more });
const logged = async (id: string) =>
  (await approvals.log(id)).map(({ action, actor, outcome }) => [action, actor, outcome]);
/** A clock of ours that is off must not matter. */
const LONG_AGO = { requestedAt: 1_000, expiresAt: 2_000 };

describe('what is asked', () => {
  it('is kept as it was given, with a line in the log, and is found and listed', async () => {
    const given = asked('ap_1', {
      title: 'a\0b\\c',
      evidence: JSON.stringify({ 'x\0': ['\\', '\ud800'] }),
      choices: [{ name: 'yes', label: 'ä\0\ud800', approves: true }],
      approvers: ['slack:U1', 'a\0b'],
      defaultChoice: 'yes',
      resourceId: null,
    });
    const open = { state: 'requested', choice: null, actor: null, via: null, reason: null };
    const approval = { ...given, ...open, decidedAt: null };
    expect(await approvals.request(pool, given)).toEqual({ approval, isNew: true });
    expect(await approvals.find('ap_1')).toEqual(approval);
    expect(await approvals.list({ limit: 9 })).toEqual([approval]);
    expect(await approvals.log('ap_1')).toMatchObject([
      {
        approvalId: 'ap_1',
        action: 'request',
        actor: 'run/run-1',
        via: 'run',
        choice: null,
        outcome: 'taken',
        announcedAt: null,
      },
    ]);
    expect(await approvals.find('ap_2')).toBeNull();
  });

  it('stays as it was when it is asked again, whatever is said then', async () => {
    const first = await request('ap_1');
    await decide('ap_1');
    const again = await request('ap_1', { title: 'other', expiresAt: 5 });
    expect(again).toMatchObject({ isNew: false, approval: { title: 'Spend 12 USD?' } });
    expect(again.approval).toMatchObject({
      state: 'approved',
      expiresAt: first.approval.expiresAt,
    });
    expect(await approvals.log('ap_1')).toHaveLength(2);
  });

  it('is asked once by many that ask at once', async () => {
    const all = await Promise.all(Array.from({ length: 20 }, () => request('ap_1')));
    expect(all.filter(({ isNew }) => isNew)).toHaveLength(1);
    expect(await logged('ap_1')).toEqual([['request', 'run/run-1', 'taken']]);
  });

  it('is there with all that its transaction does, or not at all', async () => {
    const failing = pool.transaction(async (transaction) => {
      await approvals.request(transaction, asked('ap_1'));
      throw new Error('no message');
    });
    await expect(failing).rejects.toThrow('no message');
    expect(await approvals.find('ap_1')).toBeNull();
    await pool.transaction((transaction) => approvals.request(transaction, asked('ap_1')));
    expect(await logged('ap_1')).toHaveLength(1);
  });

  it('is refused with a default that is none of its choices', async () => {
    await expect(request('ap_1', { defaultChoice: 'maybe' })).rejects.toMatchObject({
      code: 'ERR_APPROVAL_CHOICE',
    });
  });

  it('is listed, the newest first, in pages and by state, run and approver', async () => {
    const at = Date.now();
    await request('ap_1', { requestedAt: at, approvers: ['cli:a'] });
    await request('ap_2', { requestedAt: at, runId: 'run-2', approvers: ['cli:b', 'slack:U1'] });
    await request('ap_3', { requestedAt: at + 1 });
    await decide('ap_3');
    const ids = async (filter: Partial<Parameters<Approvals['list']>[0]>) =>
      (await approvals.list({ limit: 10, ...filter })).map(({ id }) => id);
    expect(await ids({})).toEqual(['ap_3', 'ap_2', 'ap_1']);
    expect(await ids({ limit: 1, before: { requestedAt: at, id: 'ap_2' } })).toEqual(['ap_1']);
    expect(await ids({ state: 'requested' })).toEqual(['ap_2', 'ap_1']);
    expect(await ids({ runId: 'run-2' })).toEqual(['ap_2']);
    expect(await ids({ actorMay: 'cli:a' })).toEqual(['ap_3', 'ap_1']);
    expect(await ids({ actorMay: 'cli:b', state: 'requested' })).toEqual(['ap_2']);
  });

  it('is counted while nobody has decided', async () => {
    expect([await approvals.openCount(), await approvals.oldestOpen()]).toEqual([0, null]);
    await request('ap_1', { requestedAt: 5_000 });
    await request('ap_2', { requestedAt: 7_000 });
    expect([await approvals.openCount(), await approvals.oldestOpen()]).toEqual([2, 5_000]);
    await decide('ap_1');
    expect([await approvals.openCount(), await approvals.oldestOpen()]).toEqual([1, 7_000]);
  });
});

describe('a decision', () => {
  it('is taken, by the choice’s own meaning, with who, how and why', async () => {
    await request('ap_1');
    const answer = await decide('ap_1', { choice: 'no', reason: 'too\0dear' });
    const approval = await approvals.find('ap_1');
    expect(answer).toEqual({ kind: 'taken', approval, isRepeat: false });
    expect(approval).toMatchObject({
      state: 'rejected',
      choice: 'no',
      actor: 'cli:a',
      via: 'cli',
      reason: 'too\0dear',
    });
    const [, line] = await approvals.log('ap_1');
    expect(line).toMatchObject({ action: 'decide', choice: 'no', reason: 'too\0dear' });
    expect(line?.at).toBe(approval?.decidedAt);
  });

  it('is taken once of fifty at once; all others learn who was first', async () => {
    await request('ap_1');
    const actors = Array.from({ length: 50 }, (_, at) => `cli:${at}`);
    const answers = await Promise.all(
      actors.map((actor, at) => decide('ap_1', { actor, choice: at % 2 === 0 ? 'yes' : 'no' })),
    );
    const approval = await approvals.find('ap_1');
    const taken = answers.filter(({ kind }) => kind === 'taken');
    expect(taken).toEqual([{ kind: 'taken', approval, isRepeat: false }]);
    const late = answers.filter(({ kind }) => kind === 'too_late');
    expect(late).toHaveLength(49);
    for (const each of late) expect(each).toEqual({ kind: 'too_late', approval });
    const [, first, ...others] = await approvals.log('ap_1');
    expect(first).toMatchObject({ actor: approval?.actor, outcome: 'taken' });
    expect(new Set(others.map(({ outcome }) => outcome))).toEqual(new Set(['too_late']));
    const wrote = [first, ...others].map((line) => line?.actor);
    expect(wrote).toHaveLength(50);
    expect(new Set(wrote)).toEqual(new Set(actors));
  });

  it('that comes fifty times at once of the same actor is one', async () => {
    await request('ap_1');
    const answers = await Promise.all(Array.from({ length: 50 }, () => decide('ap_1')));
    expect(answers.every(({ kind }) => kind === 'taken')).toBe(true);
    expect(answers.filter((answer) => answer.kind === 'taken' && !answer.isRepeat)).toHaveLength(1);
    expect(await approvals.log('ap_1')).toHaveLength(2);
  });

  it('is refused of those who may not, which is written down, and changes nothing', async () => {
    await request('ap_1', { approvers: ['slack:U1'] });
    const before = await approvals.find('ap_1');
    expect(await decide('ap_1', { choice: 'a\0b' })).toEqual({ kind: 'not_allowed' });
    expect(await approvals.find('ap_1')).toEqual(before);
    expect((await approvals.log('ap_1')).at(-1)).toMatchObject({
      actor: 'cli:a',
      choice: 'a\0b',
      outcome: 'not_allowed',
    });
    expect(await decide('ap_1', { actor: 'slack:U1', via: 'slack' })).toMatchObject({
      kind: 'taken',
    });
  });

  it('by a choice that there is not, or on what nobody asked, leaves nothing behind', async () => {
    await request('ap_1');
    expect(await decide('ap_1', { choice: 'maybe' })).toEqual({
      kind: 'no_choice',
      choices: CHOICES,
    });
    expect(await decide('ap_none')).toEqual({ kind: 'unknown' });
    expect(await logged('ap_1')).toHaveLength(1);
  });

  it('is too late by the clock of the database, though nothing has expired it yet', async () => {
    await request('ap_1', LONG_AGO);
    expect(await decide('ap_1')).toMatchObject({
      kind: 'too_late',
      approval: { state: 'requested' },
    });
    expect((await logged('ap_1')).at(-1)).toEqual(['decide', 'cli:a', 'too_late']);
  });

  it('that waits for a lock until the time is over is too late', async () => {
    await request('ap_1', { expiresAt: Date.now() + 300 });
    const waiting = await pool.transaction(async (transaction) => {
      await transaction.query(`select 1 from gemini_events.approvals for update`);
      const decided = decide('ap_1');
      await transaction.query(
        `select pg_sleep(0.01 + greatest(0, extract(epoch from expires_at - clock_timestamp())))
         from gemini_events.approvals`,
      );
      return { decided };
    });
    expect(await waiting.decided).toMatchObject({ kind: 'too_late' });
  });
});

describe('a wait that is over', () => {
  it('takes the default, or none, and is written down', async () => {
    await request('ap_1', { ...LONG_AGO, defaultChoice: 'no' });
    await request('ap_2', LONG_AGO);
    const ended = { state: 'expired', actor: null, via: 'expiry', reason: null };
    expect(await approvals.expire('ap_1')).toMatchObject({ ...ended, choice: 'no' });
    expect(await approvals.expire('ap_2')).toMatchObject({ ...ended, choice: null });
    const [, line] = await approvals.log('ap_1');
    expect(line).toMatchObject({
      action: 'expire',
      actor: 'run/run-1',
      via: 'expiry',
      choice: 'no',
    });
    expect(await approvals.expire('ap_1')).toEqual(await approvals.find('ap_1'));
    expect(await approvals.log('ap_1')).toHaveLength(2);
    expect(await decide('ap_1', { choice: 'no' })).toMatchObject({ kind: 'too_late' });
  });

  it('is not before its time, and never after a decision', async () => {
    await request('ap_1');
    expect(await approvals.expire('ap_1')).toMatchObject({ state: 'requested' });
    await decide('ap_1');
    await pool.query('update gemini_events.approvals set expires_at = now()');
    expect(await approvals.expire('ap_1')).toMatchObject({ state: 'approved', actor: 'cli:a' });
    expect(await approvals.log('ap_1')).toHaveLength(2);
    expect(await approvals.expire('ap_none')).toBeNull();
  });

  it('or a decision ends it, never both, when they come at once', async () => {
    for (let round = 0; round < 20; round += 1) {
      const id = `ap_${round}`;
      // Both see a time that is just about to be over.
      await request(id, { expiresAt: Date.now() + (round % 5) });
      const [answer, first] = await Promise.all([decide(id), approvals.expire(id)]);
      await passTime(pool, id);
      const last = await approvals.expire(id);
      const ended = answer.kind === 'taken' ? 'approved' : 'expired';
      expect(last).toMatchObject({ state: ended });
      expect(['requested', ended]).toContain(first?.state);
      const takes = (await logged(id)).slice(1).filter(([, , outcome]) => outcome === 'taken');
      expect(takes).toHaveLength(1);
    }
  });
});

describe('a run that is cancelled', () => {
  it('takes back what it asked, with the reason; a decision is too late then', async () => {
    await request('ap_1');
    expect(await approvals.cancel('ap_1', 'not needed')).toMatchObject({
      state: 'cancelled',
      choice: null,
      actor: null,
      via: null,
      reason: 'not needed',
    });
    expect(await decide('ap_1')).toMatchObject({
      kind: 'too_late',
      approval: { state: 'cancelled' },
    });
    await passTime(pool, 'ap_1');
    expect(await approvals.expire('ap_1')).toMatchObject({ state: 'cancelled' });
    expect(await logged('ap_1')).toEqual([
      ['request', 'run/run-1', 'taken'],
      ['cancel', 'run/run-1', 'taken'],
      ['decide', 'cli:a', 'too_late'],
    ]);
  });

  it('leaves what was decided', async () => {
    await request('ap_1');
    await decide('ap_1');
    expect(await approvals.cancel('ap_1', null)).toMatchObject({ state: 'approved' });
    expect(await logged('ap_1')).toHaveLength(2);
    expect(await approvals.cancel('ap_none', null)).toBeNull();
  });
});

describe('the log', () => {
  it('gives what the topics lack, each line with the state after it, until it is announced', async () => {
    await request('ap_1', { approvers: ['cli:a'] });
    await decide('ap_1', { actor: 'cli:b' });
    await decide('ap_1');
    await decide('ap_1', { choice: 'no' });
    const all = await approvals.unannounced(10);
    const decided = await approvals.find('ap_1');
    const open = { ...asked('ap_1'), state: 'requested', choice: null, decidedAt: null };
    expect(all.map(({ approval }) => approval.state)).toEqual([
      'requested',
      'requested',
      'approved',
      'approved',
    ]);
    expect(all[1]?.approval).toMatchObject({
      title: open.title,
      choice: null,
      actor: null,
      via: null,
      decidedAt: null,
    });
    expect(all[2]?.approval).toEqual(decided);
    expect(all).toMatchObject(await approvals.log('ap_1'));
    expect(await approvals.unannounced(2)).toEqual(all.slice(0, 2));
    await approvals.announced(all.slice(0, 2).map(({ id }) => id));
    await approvals.announced([]);
    expect(await approvals.unannounced(10)).toEqual(all.slice(2));
    const [first] = await approvals.log('ap_1');
    expect(first?.announcedAt).toBeGreaterThan(0);
    await approvals.announced([first?.id ?? '']);
    expect((await approvals.log('ap_1'))[0]).toEqual(first);
  });

  it('of one approval tells its lines in the order in which they came to be', async () => {
    await request('ap_1');
    await Promise.all([
      ...Array.from({ length: 10 }, (_, at) => decide('ap_1', { actor: `cli:${at}` })),
      approvals.cancel('ap_1', null),
    ]);
    const states = (await approvals.unannounced(99)).map(({ approval }) => approval.state);
    const ended = (await approvals.find('ap_1'))?.state;
    expect(states).toEqual(['requested', ...Array(states.length - 1).fill(ended)]);
  });
});
