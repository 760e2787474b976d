import { GoogleGenAI } from '@google/genai';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MODEL, openServed, type Served } from '../testing/served.ts';

describe('a create', () => {
  let opened: Served;
  let sdk: GoogleGenAI;
  beforeEach(async () => {
    opened = await openServed('v1', { minDurationMs: 60_000, maxDurationMs: 60_000 });
    sdk = new GoogleGenAI(opened.sdkOptions);
  });
  afterEach(() => opened.close());

  const ask = async (...creates: object[]): Promise<void> => {
    const answer = await opened.call('POST', '/simulator/faults', { creates });
    expect(answer.status).toBe(200);
  };
  const interact = () =>
    sdk.interactions.create({ model: MODEL, input: 'hi', background: true }, { maxRetries: 0 });
  /** Jobs that were made, whatever their clients were told. */
  const made = async (kind: 'interaction' | 'batch'): Promise<number | undefined> => {
    const answer = await opened.call('GET', '/simulator/runs/api');
    return ((await answer.json()) as { jobs: Record<string, number> }).jobs[kind];
  };

  it.each([
    ['made_503', { status: 503 }, 1],
    ['not_made_503', { status: 503 }, 0],
    ['made_cut', { name: 'APIConnectionError' }, 1],
  ])('that goes wrong as %s does so as often as was asked for', async (outcome, error, jobs) => {
    await ask({ pathPrefix: '/interactions', outcome, times: 1 });
    await expect(interact()).rejects.toMatchObject(error);
    expect(await made('interaction')).toBe(jobs);
    await interact();
    expect(await made('interaction')).toBe(jobs + 1);
  });

  it('is answered late where that was asked for, though its job is made at once', async () => {
    const delayMs = 1_000;
    await ask({ pathPrefix: '/v1/interactions', outcome: 'answered', delayMs, times: 1 });
    const begin = performance.now();
    let isAnswered = false;
    const late = interact().finally(() => {
      isAnswered = true;
    });
    await expect.poll(() => made('interaction'), { interval: 5 }).toBe(1);
    expect(isAnswered).toBe(false);
    expect((await late).status).toBe('in_progress');
    expect(performance.now() - begin).toBeGreaterThan(delayMs - 10);
  });

  it('of a batch can be cut off, and the batch is found by its name', async () => {
    await ask({ pathPrefix: '/models/', outcome: 'made_cut', times: 1 });
    const order = { model: MODEL, src: 'files/in', config: { displayName: 'lost' } };
    await expect(sdk.batches.create(order)).rejects.toThrow('fetch failed');
    const names: (string | undefined)[] = [];
    for await (const each of await sdk.batches.list()) names.push(each.displayName);
    expect(names).toEqual(['lost']);
  });

  it('that the API refuses stays refused', async () => {
    await ask({ pathPrefix: '/interactions', outcome: 'made_cut', times: 1 });
    expect((await opened.call('POST', '/v1/interactions', { input: 'hi' })).status).toBe(400);
  });

  it('is not touched by faults that are asked for wrongly', async () => {
    for (const fault of [{ pathPrefix: 'x' }, { outcome: 'lost' }, { times: 0 }]) {
      const creates = [{ pathPrefix: '/x', outcome: 'answered', times: 1, ...fault }];
      expect((await opened.call('POST', '/simulator/faults', { creates })).status).toBe(400);
    }
  });
});
