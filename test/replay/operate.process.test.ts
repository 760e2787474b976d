import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import type { Instance } from '../consumer/bed.ts';
import { type Given, makeReplayBed, type ReplayBed } from './bed.ts';

const COUNT = 120;
const GIVEN: readonly Given[] = Array.from({ length: COUNT }, (_, at) => ({
  id: `msg-${at}`,
  resource: `batches/b${at % 10}`,
  type: at % 2 === 0 ? 'batch.succeeded' : 'batch.failed',
  at: Date.now() - 60_000,
}));

interface Finding {
  readonly check: string;
  readonly state: string;
  readonly detail: string;
  readonly advice: string | null;
}

describe('commands of an operator', () => {
  let bed: ReplayBed;
  let instance: Instance;
  const effects = async (): Promise<number> => {
    const { rows } = await bed.db.query<{ count: number }>(
      'select count(*)::int as count from effects',
    );
    return rows[0]?.count ?? 0;
  };
  const until = (check: () => Promise<void>): Promise<void> =>
    vi.waitFor(check, { timeout: 40_000, interval: 200 });

  beforeAll(async () => {
    bed = await makeReplayBed(inject('stack'));
    await bed.publishEvents(GIVEN);
    instance = await bed.launch('one');
  });
  afterAll(() => bed?.close());

  it('tail shows what was there since a time, and what comes, filtered', async () => {
    const wanted = GIVEN.filter(({ type }) => type === 'batch.failed').length;
    const count = String(wanted + 1);
    const run = bed.cli('tail', '--type', 'batch.failed', '--since', '1h', '--count', count);
    await until(async () => expect(run.stdout().split('\n').length - 1).toBe(wanted));
    const late = { id: 'late', resource: 'batches/late', type: 'batch.failed', at: Date.now() };
    await bed.publishEvents([{ ...late, id: 'other', type: 'batch.expired' }, late]);
    expect(await run.ended).toBe(0);
    expect(run.stdout().trimEnd().split('\n').at(-1)).toMatch(
      /^\S+Z {2}batch\.failed {2}batches\/late {2}default {2}late$/,
    );
    const json = bed.cli(
      'tail',
      '--resource',
      'batches/late',
      '--since',
      '1h',
      '--count',
      '1',
      '--json',
    );
    expect(await json.ended).toBe(0);
    expect(JSON.parse(json.stdout())).toMatchObject({ resource_id: 'batches/late' });
  });

  it('tail ends with 0 at Ctrl-C', async () => {
    const run = bed.cli('tail', '--since', '1h');
    await until(async () => expect(run.stdout()).toContain('batches/b1'));
    run.child.kill('SIGINT');
    expect(await run.ended).toBe(0);
  });

  it('reset is refused while the consumer runs, and moves it when it does not', async () => {
    await until(async () => expect(await effects()).toBe(COUNT + 2));
    const args = ['consumers', 'reset', 'fixture', '--to', 'earliest', '--reason', 'a test'];
    const refused = bed.cli(...args);
    expect(await refused.ended).toBe(1);
    expect(refused.stderr()).toContain('ERR_CONSUMER_RUNNING');
    await instance.stop();
    const moves = await bed.json<{ from: number; to: number }[]>(...args, '--dry-run');
    const back = moves.reduce((sum, { from, to }) => sum + Math.max(0, from) - to, 0);
    expect(back).toBe(COUNT + 2);
    await until(async () => void (await bed.json(...args)));
    instance = await bed.launch('one');
    // All come again; the inbox knows them.
    await until(async () => {
      const metrics = await (await fetch(`${instance.adminUrl}/metrics`)).text();
      expect(metrics).toContain(`consumer_events_total{state="repeat"} ${COUNT + 2}`);
    });
    expect(await effects()).toBe(COUNT + 2);
  });

  it('doctor says what is wrong, what to do about it, and no secret', async () => {
    const good = bed.cli('doctor', '--json');
    expect(await good.ended).toBe(0);
    const findings = JSON.parse(good.stdout()) as readonly Finding[];
    const found = (check: string): Finding | undefined =>
      findings.find((each) => each.check === check);
    for (const check of ['topics', 'schemas', 'database', 'clocks', 'approvals', 'secrets']) {
      expect(found(check)).toMatchObject({ state: 'ok' });
    }
    expect(found('schemas')?.detail).toContain('FULL_TRANSITIVE');
    expect(found('brokers')).toMatchObject({ state: 'warn' });
    for (const consumer of ['results', 'agent']) {
      expect(found(`consumer ${consumer}`)).toMatchObject({
        state: 'warn',
        detail: 'no instance runs',
      });
    }

    // Somebody has let a subject be changed at will.
    const subject = `${bed.prefix}.results-value`;
    const put = async (compatibility: string): Promise<number> => {
      const { status } = await fetch(`${bed.env.SCHEMA_REGISTRY_URL}/config/${subject}`, {
        method: 'PUT',
        headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
        body: JSON.stringify({ compatibility }),
      });
      return status;
    };
    expect(await put('NONE')).toBe(200);
    const loose = bed.cli('doctor');
    expect(await loose.ended).toBe(0);
    expect(loose.stdout()).toContain(`${subject} is NONE`);
    expect(await put('FULL_TRANSITIVE')).toBe(200);

    const bad = bed.cliWith({
      GEMINI_WEBHOOK_SECRETS: 'v1,whsec_c2VjcmV0',
      SCHEMA_REGISTRY_URL: 'http://127.0.0.1:1',
    })('doctor');
    expect(await bad.ended).toBe(1);
    expect(bad.stdout()).toMatch(/FAIL {2}schemas/);
    expect(bad.stdout()).toMatch(/FAIL {2}secrets .*signature version/);
    expect(bad.stdout()).toMatch(/ok {4}topics/);
    expect(bad.stdout() + bad.stderr()).not.toContain('c2VjcmV0');
  });
});
