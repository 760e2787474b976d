import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Listening, listen } from '../listen.ts';
import { createSimulator, type Simulator } from '../simulator.ts';
import { testSettings } from '../testing/fixtures.ts';

const SIZE = 400_000;
const key = { 'x-goog-api-key': 'any' };

describe('downloads over a socket', () => {
  let simulator: Simulator;
  let server: Listening;
  let origin = '';
  beforeEach(async () => {
    const settings = testSettings({ minDurationMs: 20, maxDurationMs: 20, outputBytes: SIZE });
    const nothing = (): void => undefined;
    simulator = createSimulator(settings, {
      origin: () => origin,
      now: Date.now,
      onAttempt: nothing,
      onFault: nothing,
    });
    server = await listen(simulator.app, '127.0.0.1', 0);
    origin = `http://127.0.0.1:${server.port}`;
  });
  afterEach(async () => {
    await server.close();
    await simulator.close();
  });
  const call = (path: string, { headers = key, ...init }: RequestInit = {}): Promise<Response> =>
    fetch(origin + path, { ...init, headers });

  it('break off as often as was asked for, and go on by range, guarded by the tag', async () => {
    const cuts = { everyBytes: 100_000, times: 2 };
    await call('/simulator/faults', { method: 'PUT', body: JSON.stringify({ cuts }) });
    const body = JSON.stringify({ batch: { inputConfig: { fileName: 'files/in' } } });
    const made = await call('/v1/models/m:batchGenerateContent', { method: 'POST', body });
    const { name } = (await made.json()) as { name: string };
    const file = `/v1/files/batch-${name.slice('batches/'.length)}:download?alt=media`;
    await expect
      .poll(async () => (await call(`/v1/${name}`)).json(), { interval: 5 })
      .toMatchObject({ done: true });
    const broken = await call(file);
    expect(broken.headers.get('content-length')).toBe(String(SIZE));
    await expect(broken.arrayBuffer()).rejects.toThrow('terminated');
    await expect((await call(file)).arrayBuffer()).rejects.toThrow('terminated');
    const whole = Buffer.from(await (await call(file)).arrayBuffer());
    expect(whole).toHaveLength(SIZE);
    const etag = broken.headers.get('etag') ?? '';
    const rest = await call(file, {
      headers: { ...key, range: 'bytes=100000-', 'if-range': etag },
    });
    expect([
      rest.status,
      Buffer.from(await rest.arrayBuffer()).equals(whole.subarray(100_000)),
    ]).toEqual([206, true]);
    const other = await call(file, {
      headers: { ...key, range: 'bytes=100000-', 'if-range': '"other"' },
    });
    expect(other.status).toBe(200);
    expect(await (await call('/simulator/calls')).json()).toMatchObject({
      'GET files:download': 5,
    });
  });

  it('are answered with a fault that was asked for, by its path', async () => {
    const answers = [{ path: '/batches/b9', status: 429, retryAfterSeconds: 7, times: 1 }];
    await call('/simulator/faults', { method: 'PUT', body: JSON.stringify({ answers }) });
    const busy = await call('/v1beta/batches/b9');
    expect([busy.status, busy.headers.get('retry-after')]).toEqual([429, '7']);
    expect((await call('/v1beta/batches/b9')).status).toBe(404);
  });
});
