import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { LaunchOrder } from '@gemini-events/launches/launcher';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { type AgentBed, makeAgentBed } from './bed.ts';

const WORKFLOWS = fileURLToPath(new URL('fixture/workflows.ts', import.meta.url));
const SOON = { timeout: 60_000, interval: 100 };
/** An answer that is so late that the event of its job is first. */
const LATE_MS = 4_000;

describe('an interaction that requires action', () => {
  let bed: AgentBed;
  let dir: string;
  let gone: string;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'gemini-events-requires-'));
    await writeFile(join(dir, 'effects'), '');
    bed = await makeAgentBed(inject('stack'), {
      dir,
      workflows: WORKFLOWS,
      agent: { FIXTURE_DIR: dir },
    });
    gone = await launched('gone', 'tools');
    while ((await statusOf(gone)) !== 'requires_action') await delay(50);
    await call('DELETE', `/v1beta/interactions/${gone}`);
    await bed.startAgent('agent-1');
  }, 180_000);
  afterAll(async () => {
    await bed?.close();
    await rm(dir, { recursive: true, force: true });
  });

  const call = async (method: string, path: string, body?: object): Promise<unknown> => {
    const answer = await fetch(bed.origin + path, {
      method,
      headers: { 'x-goog-api-key': 'any', 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return answer.json();
  };
  const statusOf = async (id: string): Promise<unknown> =>
    ((await call('GET', `/v1beta/interactions/${id}`)) as { readonly status?: string }).status;
  const orderOf = (key: string, route: string): LaunchOrder => {
    const calls = [{ name: 'works', arguments: { for: key } }];
    return {
      key,
      route,
      request: {
        kind: 'interaction',
        model: 'gemini-3.8-flash',
        input: `simulate: ${JSON.stringify({ turns: [{ calls }, { text: 'all done' }] })}`,
        tools: [{ type: 'function', name: 'works' }],
      },
    };
  };
  const launched = async (key: string, route: string, by?: 'static' | 'dynamic') => {
    const job = await bed.launchJob(orderOf(key, route), by);
    if (job.kind !== 'created') throw new Error('it was not created');
    return job.id;
  };
  /** The next call that makes an interaction is answered late. */
  const answerLate = () =>
    call('PUT', '/simulator/faults', {
      creates: [{ pathPrefix: '/interactions', outcome: 'answered', delayMs: LATE_MS, times: 1 }],
    });
  /** Interactions that were made, whatever their clients were told. */
  const made = async (): Promise<number> => {
    const counts = (await call('GET', '/simulator/calls')) as Record<string, number>;
    return counts['POST interactions'] ?? 0;
  };

  it('and is gone at Gemini is a dead letter, which can be redriven', async () => {
    const failed = await bed.untilRun(gone, 'failed', 60_000);
    expect(failed.errorCode).toBe('ERR_GEMINI_NOT_FOUND');
    await vi.waitFor(async () => {
      const letters = await bed.json<readonly object[]>('dlq', 'show', 'agent');
      expect(letters).toContainEqual(
        expect.objectContaining({ resource: gone, code: 'ERR_GEMINI_NOT_FOUND' }),
      );
    }, SOON);
    await bed.json('dlq', 'redrive', 'agent', '--resource', gone);
    await vi.waitFor(async () => {
      const run = await bed.runs.find(failed.id);
      expect(run).toMatchObject({ state: 'failed', redrives: 1 });
    }, SOON);
  });

  it('whose event is quicker than the answer to its call has its run, and is not made again', async () => {
    const before = await made();
    await answerLate();
    const launching = launched('quick', 'tools', 'dynamic');
    const launch = await vi.waitFor(async () => {
      const found = await bed.launches.find('quick');
      expect(found?.state).toBe('created');
      return found;
    }, SOON);
    const id = launch?.resourceId ?? '';
    const run = await bed.untilRun(id, 'done', 60_000);
    expect(JSON.parse(run.outcome ?? '')).toEqual({ status: 'completed', text: 'all done' });
    expect(await launching).toBe(id);
    expect(await made()).toBe(before + 2);
  });

  it.each(['dynamic', 'static'] as const)(
    'is continued once, also where the event of the continuation is quicker than its answer (%s webhook)',
    async (by) => {
      const own = by === 'static' ? { AGENT_WEBHOOK_URL: undefined } : {};
      for (const each of bed.instances) await each.stop();
      await bed.startAgent(`agent-${by}`, own as unknown as Record<string, string>);
      const before = await made();
      const id = await launched(`continued-${by}`, 'tools', by);
      await answerLate();
      const run = await bed.untilRun(id, 'done', 60_000);
      expect(JSON.parse(run.outcome ?? '')).toEqual({ status: 'completed', text: 'all done' });
      expect(await made()).toBe(before + 2);
      const next = await bed.launches.find(`continue/${id}`);
      expect(next).toMatchObject({ state: 'created', calls: 1, runId: run.id });
      // It was its answer that came late, and its event that told of it.
      expect(await call('GET', '/simulator/faults')).toMatchObject({ creates: [] });
      expect((next?.settledAt ?? 0) - (next?.begunAt ?? 0)).toBeLessThan(LATE_MS);
      // What belongs to the run has begun no other one.
      expect(await bed.runs.list({ resourceId: next?.resourceId ?? '', limit: 5 })).toEqual([]);
    },
  );

  it('and is answered by two workflows is continued by one; the other one has nothing to do', async () => {
    const before = await made();
    const id = await launched('both', 'both');
    const runs = await vi.waitFor(async () => {
      const found = await bed.runs.list({ resourceId: id, limit: 5 });
      expect(found.map(({ workflow, state }) => `${workflow} ${state}`).sort()).toEqual([
        'first done',
        'second done',
      ]);
      return found;
    }, SOON);
    const owner = (await bed.launches.find(`continue/${id}`))?.runId;
    const outcomes = new Map(runs.map((run) => [run.id === owner, JSON.parse(run.outcome ?? '')]));
    expect(Object.fromEntries(outcomes)).toEqual({
      true: { status: 'completed', text: 'all done' },
      false: { nothing_to_do: `interaction ${id} was continued by run ${owner}` },
    });
    expect(await made()).toBe(before + 2);
  });
});
