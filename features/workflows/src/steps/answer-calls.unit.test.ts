import { setTimeout as delay } from 'node:timers/promises';
import { BridgeError } from '@gemini-events/events';
import { createMemoryLaunches, type NewLaunch } from '@gemini-events/launches';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineTool, type Tool, type ToolDefinition } from '../definition/define-tool.ts';
import type { FunctionCall, InteractionState } from '../definition/run-context.ts';
import { createFakeRun } from '../testing/fake-run.ts';
import { answerCalls } from './answer-calls.ts';

const call = (name: string, given: object = {}, id = `c-${name}`): FunctionCall => ({
  id,
  name,
  arguments: { ...given },
});
const waiting = (...calls: readonly FunctionCall[]): InteractionState => ({
  id: 'int_1',
  status: calls.length > 0 ? 'requires_action' : 'completed',
  model: 'gemini-3.8-flash',
  agent: null,
  previousId: null,
  text: '',
  calls,
  usage: {},
  error: null,
});

/** A tool that is called with an order's number. */
const tool = (
  name: string,
  run: ToolDefinition['run'],
  more: Partial<Pick<ToolDefinition, 'output' | 'attempts' | 'timeoutMs' | 'whenItFails'>> = {},
): Tool =>
  defineTool({
    name,
    description: `does ${name}`,
    input: z.object({ order: z.string().optional() }),
    output: z.unknown(),
    attempts: 2,
    waitMs: 1,
    ...more,
    run,
  });

/** Answers calls with tools. */
async function answered(calls: readonly FunctionCall[], tools: readonly Tool[]) {
  const { run, orders, rows } = createFakeRun({});
  const end = await Promise.allSettled([answerCalls(run, waiting(...calls), { tools })]);
  const request = orders[0]?.request as { readonly input?: readonly object[] } | undefined;
  return {
    error: end[0]?.status === 'rejected' ? (end[0].reason as unknown) : null,
    input: request?.input ?? null,
    tried: (name: string) =>
      rows.filter((row) => row.name.startsWith(`tool ${name} `)).map(({ state }) => state),
  };
}

describe('the calls of an interaction', () => {
  it('are answered at once, in their order, in one request that continues it', async () => {
    const { run, orders } = createFakeRun({});
    let together = 0;
    let most = 0;
    const looks = tool('look', async ({ order }) => {
      together += 1;
      most = Math.max(most, together);
      await delay(order === 'A' ? 20 : 5);
      together -= 1;
      return { found: order };
    });
    const calls = [call('look', { order: 'A' }, 'c1'), call('look', { order: 'B' }, 'c2')];
    const options = {
      tools: [looks],
      moreTools: [{ type: 'google_search' }],
      system_instruction: 'Be kind.',
      labels: { team: 'shop' },
    };
    expect(await answerCalls(run, waiting(...calls), options)).toBe('int_next');
    expect(most).toBe(2);
    expect(orders).toEqual([
      {
        key: 'continue/int_1',
        runId: 'run-1',
        labels: { team: 'shop' },
        request: {
          kind: 'interaction',
          model: 'gemini-3.8-flash',
          previous_interaction_id: 'int_1',
          system_instruction: 'Be kind.',
          tools: [
            expect.objectContaining({ type: 'function', name: 'look', description: 'does look' }),
            { type: 'google_search' },
          ],
          input: [
            { type: 'function_result', call_id: 'c1', name: 'look', result: { found: 'A' } },
            { type: 'function_result', call_id: 'c2', name: 'look', result: { found: 'B' } },
          ],
        },
      },
    ]);
  });

  it('are answered in the name of the agent that made them', async () => {
    const { run, orders } = createFakeRun({});
    const asked = { ...waiting(call('f')), model: null, agent: 'shop-agent' };
    await answerCalls(run, asked, { tools: [tool('f', async () => 'x')] });
    expect(orders[0]?.request).toMatchObject({ agent: 'shop-agent' });
    expect(orders[0]?.request).not.toHaveProperty('model');
  });

  it.each<[string, unknown, unknown]>([
    ['a text', 'found', 'found'],
    ['an object', { a: 1 }, { a: 1 }],
    ['a list', [1, 2], { result: [1, 2] }],
    ['a number', 5, { result: 5 }],
    ['nothing', undefined, { result: null }],
  ])('may be answered with %s, in a form that Gemini takes', async (_, gives, sent) => {
    const { input } = await answered([call('f')], [tool('f', async () => gives)]);
    expect(input).toEqual([{ type: 'function_result', call_id: 'c-f', name: 'f', result: sent }]);
  });

  it('are none: there is nothing to do', async () => {
    expect((await answered([], [])).error).toMatchObject({ code: 'ERR_INTERACTION_MOOT' });
  });
});

describe('a mistake of the model is told to the model', () => {
  it('where it calls what is not there', async () => {
    const { input } = await answered([call('f'), call('g')], [tool('f', async () => 'x')]);
    expect(input).toMatchObject([
      { name: 'f', result: 'x' },
      { name: 'g', is_error: true, result: { error: 'no such function: g' } },
    ]);
  });

  it('where its arguments do not fit: the tool is not called', async () => {
    const { input, tried } = await answered(
      [call('f', { order: 17 })],
      [tool('f', async () => 'x')],
    );
    expect(tried('f')).toEqual([]);
    expect(input).toMatchObject([
      { is_error: true, result: { error: expect.stringContaining('the arguments do not fit') } },
    ]);
  });
});

describe('a tool that fails', () => {
  const throws = async (): Promise<never> => {
    throw new BridgeError('ERR_HTTP_UNAVAILABLE', 'the shop is away');
  };
  const hangs = (): Promise<never> => new Promise<never>(() => undefined);

  it('is tried as often as it may be, and fails the run with its code', async () => {
    const { error, input, tried } = await answered([call('f')], [tool('f', throws)]);
    expect(error).toMatchObject({ code: 'ERR_HTTP_UNAVAILABLE', message: 'the shop is away' });
    expect(tried('f')).toEqual(['failed', 'failed']);
    expect(input).toBeNull();
  });

  it('may come right at a further attempt', async () => {
    let attempts = 0;
    const f = tool('f', async (_, { number }) => {
      attempts = number;
      if (number === 1) throw new Error('not yet');
      return 'x';
    });
    const { input, tried } = await answered([call('f')], [f]);
    expect([attempts, tried('f')]).toEqual([2, ['failed', 'done']]);
    expect(input).toMatchObject([{ result: 'x' }]);
  });

  it('by hanging is given up, and learns that it is', async () => {
    const signals: AbortSignal[] = [];
    const f = tool(
      'f',
      (_, { signal }) => {
        signals.push(signal);
        return hangs();
      },
      { timeoutMs: 20 },
    );
    const { error } = await answered([call('f')], [f]);
    expect(error).toMatchObject({ code: 'ERR_STEP_TIMEOUT' });
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
  });

  it('by giving what its schema forbids is told apart', async () => {
    const f = tool('f', async () => ({ ok: 'yes' }), { output: z.object({ ok: z.boolean() }) });
    const { error, tried } = await answered([call('f')], [f]);
    expect(error).toMatchObject({ code: 'ERR_TOOL_OUTPUT' });
    expect(tried('f')).toEqual(['failed', 'failed']);
  });

  it('does not stop the others: all have ended before the run fails', async () => {
    let ended = false;
    const slow = tool('slow', async () => {
      await delay(30);
      ended = true;
      return 'x';
    });
    const { error, input } = await answered(
      [call('f'), call('slow')],
      [tool('f', throws, { attempts: 1 }), slow],
    );
    expect(error).toMatchObject({ code: 'ERR_HTTP_UNAVAILABLE' });
    expect([ended, input]).toEqual([true, null]);
  });

  it.each<[string, ToolDefinition['run'], string]>([
    ['throws', throws, 'the shop is away'],
    ['hangs', hangs, 'took longer than 20 ms'],
  ])('is told to the model where it %s and is to be told', async (_, run, words) => {
    const f = tool('f', run, { whenItFails: 'tell', timeoutMs: 20 });
    const { error, input, tried } = await answered([call('f')], [f]);
    expect(error).toBeNull();
    expect(tried('f')).toEqual(['failed', 'failed']);
    expect(input).toMatchObject([
      { is_error: true, result: { error: expect.stringContaining(words) } },
    ]);
  });
});

describe('an interaction that somebody else', () => {
  const of = (runId: string | null): NewLaunch => ({
    key: 'continue/int_1',
    kind: 'interaction',
    digest: 'aa',
    caller: 'x',
    model: 'gemini-3.8-flash',
    owner: null,
    labels: {},
    route: null,
    budgetUsd: null,
    previousId: 'int_1',
    runId,
  });
  const f = tool('f', async () => 'x');

  it.each([
    ['run-2', 'run run-2'],
    [null, 'somebody else'],
  ])('continues already is left alone (%s)', async (by, words) => {
    const launches = createMemoryLaunches({ now: () => 0 });
    await launches.begin(of(by));
    const { run, orders, rows } = createFakeRun({ launches });
    await expect(answerCalls(run, waiting(call('f')), { tools: [f] })).rejects.toMatchObject({
      code: 'ERR_INTERACTION_CONTINUED',
      message: `interaction int_1 was continued by ${words}`,
    });
    expect(orders).toEqual([]);
    expect(rows.filter(({ name }) => name.startsWith('tool'))).toEqual([]);
  });

  it('continues meanwhile, with the same answers, was continued by them', async () => {
    const launches = createMemoryLaunches({ now: () => 0 });
    const { run } = createFakeRun({
      launches,
      async launch() {
        await launches.begin(of('run-2'));
        return { kind: 'created', id: 'int_2', isNew: false };
      },
    });
    await expect(answerCalls(run, waiting(call('f')), { tools: [f] })).rejects.toMatchObject({
      code: 'ERR_INTERACTION_CONTINUED',
    });
  });

  it('continues meanwhile, with other answers, was continued by them too', async () => {
    const launches = createMemoryLaunches({ now: () => 0 });
    const { run } = createFakeRun({
      launches,
      async launch() {
        await launches.begin(of('run-2'));
        throw new BridgeError('ERR_LAUNCH_CONFLICT', 'the key belongs to another request');
      },
    });
    await expect(answerCalls(run, waiting(call('f')), { tools: [f] })).rejects.toMatchObject({
      code: 'ERR_INTERACTION_CONTINUED',
    });
  });

  it('does not continue is not said to be: a conflict with its own request stays one', async () => {
    const launches = createMemoryLaunches({ now: () => 0 });
    await launches.begin(of('run-1'));
    const { run } = createFakeRun({
      launches,
      async launch() {
        throw new BridgeError('ERR_LAUNCH_CONFLICT', 'the key belongs to another request');
      },
    });
    await expect(answerCalls(run, waiting(call('f')), { tools: [f] })).rejects.toMatchObject({
      code: 'ERR_LAUNCH_CONFLICT',
    });
  });
});
