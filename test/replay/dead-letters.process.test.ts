import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { type Given, makeReplayBed, type ReplayBed } from './bed.ts';

const COUNTS = { store: 2_000, quota: 2_000, throw: 1_000 };
const LETTERS = COUNTS.store + COUNTS.quota + COUNTS.throw;

/** Events that cannot be done for three causes; two of them can be mended. */
const GIVEN: readonly Given[] = Array.from({ length: LETTERS }, (_, at) => ({
  id: `msg-${at}`,
  resource: `batches/b${at}`,
  type: 'batch.succeeded',
  do:
    at < COUNTS.store ? 'needs store' : at < COUNTS.store + COUNTS.quota ? 'needs quota' : 'throw',
  at: Date.now(),
}));

interface Group {
  readonly code: string;
  readonly fingerprint: string;
  readonly open: number;
  readonly redriven: number;
  readonly discarded: number;
  readonly firstAt: number;
  readonly lastAt: number;
}

describe('dead letters', () => {
  let bed: ReplayBed;
  const groups = async (): Promise<readonly Group[]> => bed.json<Group[]>('dlq', 'ls', 'fixture');
  const group = async (code: string): Promise<Group | undefined> =>
    (await groups()).find((each) => each.code === code);
  const effects = async (): Promise<number> => {
    const { rows } = await bed.db.query<{ count: number }>(
      'select count(distinct event_id)::int as count, count(*)::int as all from effects',
    );
    return rows[0]?.count ?? 0;
  };
  const until = (check: () => Promise<void>): Promise<void> =>
    vi.waitFor(check, { timeout: 90_000, interval: 250 });

  beforeAll(async () => {
    bed = await makeReplayBed(inject('stack'));
    await bed.publishEvents(GIVEN);
    await bed.launch('one');
    while ((await bed.held(bed.topics.dlq('fixture'))).length < LETTERS) await delay(500);
  }, 120_000);
  afterAll(() => bed?.close());

  it('are grouped by cause, with their times', async () => {
    const found = await groups();
    expect(Object.fromEntries(found.map(({ code, open }) => [code, open]))).toEqual({
      ERR_UNEXPECTED: COUNTS.throw,
      E_QUOTA: COUNTS.quota,
      E_STORE: COUNTS.store,
    });
    expect(found).toHaveLength(3);
    for (const { firstAt, lastAt } of found) {
      expect(firstAt).toBeLessThanOrEqual(lastAt);
      expect(Date.now() - lastAt).toBeLessThan(300_000);
    }
  });

  it('are redriven by filter when their cause is mended, and all done then, each once', async () => {
    await bed.db.query(`insert into mended values ('store')`);
    const { fingerprint } = (await group('E_STORE')) as Group;
    const dry = await bed.json(
      'dlq',
      'redrive',
      'fixture',
      '--fingerprint',
      fingerprint,
      '--dry-run',
    );
    expect(dry).toMatchObject({ letters: COUNTS.store });
    const done = await bed.json('dlq', 'redrive', 'fixture', '--fingerprint', fingerprint);
    expect(done).toMatchObject({ state: 'done', events: COUNTS.store });
    await until(async () => expect(await effects()).toBe(COUNTS.store));
    expect(await group('E_STORE')).toMatchObject({ open: 0, redriven: COUNTS.store });
    const { rows } = await bed.db.query('select count(*)::int as count from effects');
    expect(rows[0]).toEqual({ count: COUNTS.store });
    // Nothing is left to redrive.
    expect(await bed.json('dlq', 'redrive', 'fixture', '--code', 'E_STORE')).toEqual({
      dryRun: false,
      letters: 0,
      held: 0,
    });
  });

  it('that fail again do not loop: one more letter for each redrive, until a limit', async () => {
    const one = ['--resource', `batches/b${LETTERS - 1}`];
    for (let redrive = 1; redrive <= 3; redrive += 1) {
      expect(await bed.json('dlq', 'redrive', 'fixture', ...one)).toMatchObject({ events: 1 });
      await until(async () => {
        const letters = await bed.json<{ redrives: number }[]>('dlq', 'show', 'fixture', ...one);
        expect(letters.map(({ redrives }) => redrives)).toEqual([redrive]);
      });
    }
    expect(await bed.json('dlq', 'redrive', 'fixture', ...one)).toMatchObject({
      letters: 0,
      held: 1,
    });
    const all = await bed.json<unknown[]>('dlq', 'show', 'fixture', ...one, '--state', 'all');
    expect(all).toHaveLength(4);
  });

  it('are discarded with a reason, and stay to be seen', async () => {
    const args = ['dlq', 'discard', 'fixture', '--code', 'ERR_UNEXPECTED'];
    expect(await bed.json(...args, '--reason', 'a test of ours')).toEqual({
      dryRun: false,
      letters: COUNTS.throw,
    });
    expect(await group('ERR_UNEXPECTED')).toMatchObject({ open: 0, discarded: COUNTS.throw });
    const shown = await bed.json<{ state: string; reason: string }[]>(
      'dlq',
      'show',
      'fixture',
      '--code',
      'ERR_UNEXPECTED',
      '--state',
      'discarded',
    );
    expect(shown[0]).toMatchObject({ state: 'discarded', reason: 'a test of ours' });
  });

  it('are exported with their events, one JSON in a line', async () => {
    const run = bed.cli('dlq', 'export', 'fixture', '--code', 'E_QUOTA');
    expect(await run.ended).toBe(0);
    const lines = run.stdout().trimEnd().split('\n');
    expect(lines).toHaveLength(COUNTS.quota);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      code: 'E_QUOTA',
      state: 'open',
      event: { source: 'default', user_metadata: { do: 'needs quota' } },
      headers: { 'dlq-consumer': 'fixture' },
    });
  });

  it('a redrive that was killed goes on; one that is cancelled leaves the rest open', async () => {
    await bed.db.query(`insert into mended values ('quota')`);
    const run = bed.cli('dlq', 'redrive', 'fixture', '--code', 'E_QUOTA', '--rate', '200');
    await run.says('redrive 2', 20_000);
    const id = /redrive (\d{8}-[0-9a-f]{6})/.exec(run.stderr())?.[1] ?? '';
    const before = await effects();
    await until(async () => expect(await effects()).toBeGreaterThan(before));
    run.child.kill('SIGKILL');
    await run.ended;
    await bed.json('replay', 'cancel', id);
    const left = (await group('E_QUOTA')) as Group;
    expect(left.open).toBeGreaterThan(0);
    expect(left.open + left.redriven).toBe(COUNTS.quota);
    await bed.json('dlq', 'redrive', 'fixture', '--code', 'E_QUOTA');
    await until(async () => expect(await effects()).toBe(COUNTS.store + COUNTS.quota));
    const { rows } = await bed.db.query('select count(*)::int as count from effects');
    expect(rows[0]).toEqual({ count: COUNTS.store + COUNTS.quota });
  });

  it.each<[string, readonly string[], string]>([
    ['nothing said', ['redrive', 'fixture'], 'ERR_DLQ_UNBOUNDED'],
    ['a consumer that is none', ['ls', 'nobody'], 'ERR_CONSUMER_UNKNOWN'],
    ['no reason', ['discard', 'fixture', '--all'], '--reason'],
  ])('are left alone with %s', async (_, args, said) => {
    const run = bed.cli('dlq', ...args);
    expect(await run.ended).not.toBe(0);
    expect(run.stderr()).toContain(said);
  });
});
