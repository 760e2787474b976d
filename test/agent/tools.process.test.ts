import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LaunchOrder } from '@gemini-events/launches/launcher';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import type { ServiceProcess } from '../kit/service.ts';
import { type AgentBed, makeAgentBed } from './bed.ts';

const WORKFLOWS = fileURLToPath(new URL('fixture/workflows.ts', import.meta.url));
const SOON = { timeout: 60_000, interval: 100 };

interface Call {
  readonly name: string;
  readonly arguments: object;
}

describe('a run whose tools fail', () => {
  let bed: AgentBed;
  let dir: string;
  let agent: ServiceProcess;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'gemini-events-tools-'));
    await writeFile(join(dir, 'effects'), '');
    bed = await makeAgentBed(inject('stack'), {
      dir,
      workflows: WORKFLOWS,
      agent: { FIXTURE_DIR: dir },
    });
    agent = await bed.startAgent('agent-1');
  }, 180_000);
  afterAll(async () => {
    await bed?.close();
    await rm(dir, { recursive: true, force: true });
  });

  /** An interaction that makes these calls at once, and is done when they are answered. */
  const launch = async (key: string, calls: readonly Call[]): Promise<string> => {
    const order: LaunchOrder = {
      key,
      route: 'tools',
      request: {
        kind: 'interaction',
        model: 'gemini-3.8-flash',
        input: `simulate: ${JSON.stringify({ turns: [{ calls }, { text: 'all done' }] })}`,
        tools: calls.map(({ name }) => ({ type: 'function', name })),
      },
    };
    const launched = await bed.launchJob(order);
    if (launched.kind !== 'created') throw new Error('it was not created');
    return launched.id;
  };
  const call = (name: string, whom: string): Call => ({ name, arguments: { for: whom } });
  const effects = async (): Promise<readonly string[]> =>
    (await readFile(join(dir, 'effects'), 'utf8')).trimEnd().split('\n');
  const effectsOf = async (whom: string): Promise<readonly string[]> =>
    (await effects()).filter((line) => line.endsWith(` ${whom}`)).sort();
  const creates = async (): Promise<number> => {
    const answer = await fetch(`${bed.origin}/simulator/calls`);
    return ((await answer.json()) as Record<string, number>)['POST interactions'] ?? 0;
  };
  /** Events that the agent has ended, however. */
  const handled = async (): Promise<number> => {
    const lines = (await agent.metrics()).matchAll(/consumer_events_total\{[^}]*\} (\d+)/g);
    return [...lines].reduce((sum, [, count]) => sum + Number(count), 0);
  };
  const letters = () =>
    bed.json<readonly { readonly code: string; readonly message: string }[]>(
      'dlq',
      'show',
      'agent',
      '--state',
      'all',
    );

  it('is a dead letter that a redrive brings back: it goes on from the tool that failed', async () => {
    const id = await launch('breaks', [call('works', 'A'), call('breaks', 'A')]);
    const failed = await bed.untilRun(id, 'failed', 60_000);
    expect(failed.errorMessage).toBe('it is broken, token=[redacted]');
    const tried = ['breaks A', 'breaks A', 'works A'];
    expect(await effectsOf('A')).toEqual(tried);
    await vi.waitFor(async () => {
      const message = 'it is broken, token=[redacted]';
      expect(await letters()).toContainEqual(
        expect.objectContaining({ resource: id, code: 'ERR_UNEXPECTED', message }),
      );
    }, SOON);

    await writeFile(join(dir, 'breaks'), 'mended');
    const redriven = await bed.json('dlq', 'redrive', 'agent', '--resource', id);
    expect(redriven).toMatchObject({ state: 'done', events: 1 });
    const run = await bed.untilRun(id, 'done', 60_000);
    expect(JSON.parse(run.outcome ?? '')).toEqual({ status: 'completed', text: 'all done' });
    expect(run).toMatchObject({ id: failed.id, redrives: 1 });
    expect(await effectsOf('A')).toEqual(['breaks A', ...tried]);
    expect(await effectsOf(id)).toEqual([`before ${id}`]);
    // One call of the test, and one that continues it.
    expect(await bed.launches.list({ runId: run.id, limit: 10 })).toHaveLength(1);
  });

  it.each([
    ['hangs', 'ERR_STEP_TIMEOUT'],
    ['wrong', 'ERR_TOOL_OUTPUT'],
  ])('is a dead letter with its cause: a tool that %s', async (name, code) => {
    const id = await launch(name, [call(name, name)]);
    expect(await bed.untilRun(id, 'failed', 60_000)).toMatchObject({ errorCode: code });
    expect(await effectsOf(name)).toEqual([`${name} ${name}`, `${name} ${name}`]);
    await vi.waitFor(async () => {
      expect(await letters()).toContainEqual(expect.objectContaining({ resource: id, code }));
    }, SOON);
  });

  it('goes on where the model is told: of a tool that may fail, of its own mistakes', async () => {
    const id = await launch('told', [
      call('told', 'B'),
      call('nothing_of_the_kind', 'B'),
      { name: 'works', arguments: { whom: 'B' } },
    ]);
    const run = await bed.untilRun(id, 'done', 60_000);
    expect(JSON.parse(run.outcome ?? '')).toMatchObject({ text: 'all done' });
    const [{ resourceId } = { resourceId: null }] = await bed.launches.list({
      runId: run.id,
      limit: 1,
    });
    const answer = await fetch(
      `${bed.origin}/v1beta/interactions/${resourceId}?include_input=true`,
      { headers: { 'x-goog-api-key': 'any' } },
    );
    const { steps } = (await answer.json()) as { readonly steps: readonly object[] };
    const told = steps.filter((step) => 'is_error' in step && step.is_error === true);
    expect(told).toMatchObject([
      { name: 'told', result: { error: 'it is always broken' } },
      { name: 'nothing_of_the_kind', result: { error: expect.stringMatching(/no such function/) } },
      { name: 'works', result: { error: expect.stringMatching(/do not fit/) } },
    ]);
    expect(await effectsOf('B')).toEqual(['told B', 'told B']);
  });

  it.each([
    ['skip', []],
    ['again', ['--reason', 'a test of ours']],
  ])('begins nothing when its events are replayed with effects %s', async (how, more) => {
    const id = await launch(`replayed-${how}`, [call('works', how)]);
    await bed.untilRun(id, 'done', 60_000);
    // Also the event of what the run itself has launched.
    await vi.waitFor(async () => expect(await handled()).toBeGreaterThanOrEqual(2), SOON);
    const before = {
      runs: await bed.runs.list({ limit: 100 }),
      effects: await effects(),
      creates: await creates(),
    };
    const handledBefore = await handled();
    const args = ['replay', '--to', 'agent', '--from', 'interaction', '--effects', how, ...more];
    const { events } = await bed.json<{ readonly events: number }>(...args);
    expect(events).toBeGreaterThanOrEqual(2);
    await vi.waitFor(
      async () => expect(await handled()).toBeGreaterThanOrEqual(handledBefore + events),
      SOON,
    );
    expect({
      runs: await bed.runs.list({ limit: 100 }),
      effects: await effects(),
      creates: await creates(),
    }).toEqual(before);
  });
});
