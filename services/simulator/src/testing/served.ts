import { listen } from '../listen.ts';
import type { Settings } from '../settings.ts';
import { createSimulator } from '../simulator.ts';
import { testSettings } from './fixtures.ts';

/** For `vi.waitFor`: a job of these tests takes 20 ms. */
export const SOON = { timeout: 4_000, interval: 10 };
export const MODEL = 'gemini-3.8-flash';

/** A simulator on a port, with jobs of 20 ms. */
export async function openServed(apiVersion = 'v1', more: Partial<Settings> = {}) {
  let origin = '';
  const settings = testSettings({
    minDurationMs: 20,
    maxDurationMs: 20,
    indexingMs: 20,
    apiKey: 'key',
    ...more,
  });
  const simulator = createSimulator(settings, {
    origin: () => origin,
    now: Date.now,
    onAttempt: () => undefined,
    onFault: () => undefined,
  });
  const server = await listen(simulator.app, '127.0.0.1', 0);
  origin = `http://127.0.0.1:${server.port}`;
  return {
    origin,
    /** What Google's own SDK is opened with to call it. */
    sdkOptions: { apiKey: 'key', httpOptions: { baseUrl: origin, apiVersion } },
    /** A call past the SDK. */
    call: (method: string, path: string, body?: object): Promise<Response> =>
      fetch(origin + path, {
        method,
        headers: { 'x-goog-api-key': 'key' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    async close(): Promise<void> {
      await server.close();
      await simulator.close();
    },
  };
}
export type Served = Awaited<ReturnType<typeof openServed>>;
