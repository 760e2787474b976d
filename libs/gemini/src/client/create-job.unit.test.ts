import type { ServerResponse } from 'node:http';
import { createDispatcher, createHttpClient } from '@gemini-events/http';
import { afterEach, describe, expect, it } from 'vitest';
import { createGemini } from './create-gemini.ts';
import { json, type StartedGemini, startGemini } from './testing/start-gemini.ts';

const signal = new AbortController().signal;
const BODY = { model: 'gemini-3.8-flash', input: 'hi', background: true };

describe('a call that makes a job', () => {
  let started: StartedGemini | null = null;
  afterEach(async () => {
    await started?.close();
    started = null;
  });
  const start = async (answer: (response: ServerResponse) => void): Promise<StartedGemini> => {
    started = await startGemini((_, response) => answer(response));
    return started;
  };

  it('goes out as it is given, with our key, and gives the id of an interaction', async () => {
    const { gemini, received } = await start((response) => json(response, { id: 'v1_abc' }));
    expect(await gemini.createInteraction(BODY, signal)).toEqual({ kind: 'created', id: 'v1_abc' });
    expect(received).toMatchObject([
      {
        method: 'POST',
        url: '/v1beta/interactions',
        headers: { 'x-goog-api-key': 'secret-key', 'content-type': 'application/json' },
        body: JSON.stringify(BODY),
      },
    ]);
  });

  it('gives the name of a batch', async () => {
    const { gemini, received } = await start((response) => json(response, { name: 'batches/b1' }));
    const batch = { displayName: 'n', inputConfig: { fileName: 'files/a' } };
    expect(await gemini.createBatch('gemini-3.8-flash', batch, signal)).toEqual({
      kind: 'created',
      id: 'batches/b1',
    });
    expect(received).toMatchObject([
      {
        url: '/v1beta/models/gemini-3.8-flash:batchGenerateContent',
        body: JSON.stringify({ batch }),
      },
    ]);
  });

  it.each([
    [400, 'ERR_GEMINI_REFUSED'],
    [401, 'ERR_GEMINI_PERMISSION'],
    [403, 'ERR_GEMINI_PERMISSION'],
    [404, 'ERR_GEMINI_NOT_FOUND'],
    [409, 'ERR_GEMINI_REFUSED'],
    [429, 'ERR_GEMINI_QUOTA'],
  ])('is refused by %d, with the reason that the API gives: %s', async (status, code) => {
    const { gemini, received } = await start((response) => {
      response.setHeader('retry-after', '120');
      json(response, { error: { code: status, message: 'Unknown\n parameter' } }, status);
    });
    expect(await gemini.createInteraction(BODY, signal)).toMatchObject({
      kind: 'refused',
      error: {
        code,
        message: `the Gemini API answered ${status}: /v1beta/interactions: Unknown parameter`,
        data: { status, retryAfterMs: 120_000 },
      },
    });
    expect(received).toHaveLength(1);
  });

  it.each<[string, (response: ServerResponse) => void]>([
    ['408', (response) => json(response, {}, 408)],
    ['499', (response) => json(response, {}, 499)],
    ['500', (response) => json(response, {}, 500)],
    ['503', (response) => json(response, {}, 503)],
    ['a redirect', (response) => response.writeHead(307, { location: '/v1/interactions' }).end()],
    ['no JSON', (response) => response.end('<html>')],
    ['no id', (response) => json(response, { object: 'interaction' })],
    ['a connection that is cut', (response) => response.socket?.destroy()],
    [
      'an answer that breaks off',
      (response) => {
        response.writeHead(200, { 'content-length': '100' });
        response.write('{"id":"int_1"', () => response.socket?.destroy());
      },
    ],
  ])('is unclear after %s, and goes out once', async (_, answer) => {
    const { gemini, received } = await start(answer);
    expect(await gemini.createInteraction(BODY, signal)).toMatchObject({
      kind: 'unclear',
      error: { code: 'ERR_GEMINI_UNAVAILABLE' },
    });
    expect(received).toHaveLength(1);
  });

  it('is unclear when its time is over', async () => {
    const ending = new AbortController();
    const { gemini, received } = await start(() => ending.abort());
    expect(await gemini.createInteraction(BODY, ending.signal)).toMatchObject({ kind: 'unclear' });
    expect(received).toHaveLength(1);
  });

  it('was not sent where nobody listens', async () => {
    const { gemini, stop } = await start(() => undefined);
    await stop();
    expect(await gemini.createInteraction(BODY, signal)).toMatchObject({
      kind: 'not-sent',
      error: { code: 'ERR_GEMINI_UNAVAILABLE' },
    });
  });

  it.each([
    ['a name that does not resolve', 'ENOTFOUND', 'ERR_GEMINI_UNAVAILABLE'],
    ['a name server that is away', 'EAI_AGAIN', 'ERR_GEMINI_UNAVAILABLE'],
    ['an address that is not allowed', null, 'ERR_HTTP_REFUSED'],
  ])('was not sent to %s', async (_, failure, code) => {
    const policy = { allowedHosts: ['gemini.example.com'] };
    const dispatcher = createDispatcher({
      policy,
      idleTimeoutMs: 1_000,
      resolve: (_host, callback) =>
        failure === null
          ? callback(null, [{ address: '10.0.0.1', family: 4 }])
          : callback(Object.assign(new Error('dns'), { code: failure }), []),
    });
    const http = createHttpClient({ policy, dispatcher, totalTimeoutMs: 2_000 });
    const baseUrl = 'https://gemini.example.com';
    const gemini = createGemini({ http, baseUrl, apiKey: () => 'secret-key' });
    expect(await gemini.createInteraction(BODY, signal)).toMatchObject({
      kind: 'not-sent',
      error: { code },
    });
    await http.close();
  });
});
