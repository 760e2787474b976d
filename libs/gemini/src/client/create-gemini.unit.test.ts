import { createDispatcher, createHttpClient, readWhole } from '@gemini-events/http';
import { type LoopbackServer, startLoopbackServer } from '@gemini-events/http/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { createGemini, type Gemini } from './create-gemini.ts';

const signal = new AbortController().signal;
const NOW = 1_700_000_000_000;

interface Call {
  readonly path: string;
  readonly key: string | undefined;
}
interface Given {
  readonly status: number;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

describe('the client of the Gemini API', () => {
  const ends: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0)) await end();
  });

  async function start(...answers: readonly Given[]) {
    const calls: Call[] = [];
    const left = [...answers];
    const server: LoopbackServer = await startLoopbackServer((request, response) => {
      const key = request.headersDistinct['x-goog-api-key']?.join();
      calls.push({ path: request.url ?? '', key });
      const {
        status,
        body = '',
        headers = {},
      } = left.length > 1 ? (left.shift() as Given) : (left[0] as Given);
      response.writeHead(status, headers).end(body);
    });
    const policy = { allowedHosts: [], ownOrigins: [server.origin] };
    const dispatcher = createDispatcher({ policy, idleTimeoutMs: 2_000 });
    const http = createHttpClient({ policy, dispatcher, totalTimeoutMs: 5_000 });
    ends.push(
      () => http.close(),
      () => server.close(),
    );
    const gemini: Gemini = createGemini({
      http,
      baseUrl: server.origin,
      apiKey: () => 'secret-key',
      now: () => NOW,
      random: () => 0,
    });
    return { gemini, calls };
  }

  it('asks for a job with our key', async () => {
    const { gemini, calls } = await start({ status: 200, body: '{}' });
    const answer = await gemini.ask('batches/b1?x', signal);
    expect((await readWhole(answer, 100)).toString()).toBe('{}');
    expect(calls).toEqual([{ path: '/v1beta/batches/b1%3Fx', key: 'secret-key' }]);
  });

  it.each<[number, string]>([
    [404, 'ERR_GEMINI_NOT_FOUND'],
    [410, 'ERR_GEMINI_NOT_FOUND'],
    [401, 'ERR_GEMINI_PERMISSION'],
    [403, 'ERR_GEMINI_PERMISSION'],
    [400, 'ERR_GEMINI_REFUSED'],
    [429, 'ERR_GEMINI_QUOTA'],
    [500, 'ERR_GEMINI_UNAVAILABLE'],
    [503, 'ERR_GEMINI_UNAVAILABLE'],
  ])('gives %d its own code: %s', async (status, code) => {
    const { gemini } = await start({ status, body: '{"error":{}}' });
    await expect(gemini.ask('batches/b1', signal)).rejects.toMatchObject({
      code,
      data: { status },
    });
    const { gemini: other } = await start({ status, body: '{"error":{}}' });
    await expect(other.getVideoOperation('operations/o', signal)).rejects.toMatchObject({
      code,
    });
  });

  it('repeats what may pass a few times, and hands out how long to wait', async () => {
    const { gemini, calls } = await start({ status: 503 }, { status: 200, body: '{}' });
    (await gemini.ask('batches/b1', signal)).body.resume();
    expect(calls).toHaveLength(2);
    const busy = await start({ status: 429, headers: { 'retry-after': '120' } });
    await expect(busy.gemini.ask('batches/b1', signal)).rejects.toMatchObject({
      code: 'ERR_GEMINI_QUOTA',
      data: { retryAfterMs: 120_000 },
    });
    expect(busy.calls).toHaveLength(1);
  });

  it('says that nobody answers without naming the key', async () => {
    const { gemini } = await start({ status: 200 });
    for (const end of ends.splice(0).reverse()) await end();
    const error: unknown = await gemini
      .ask('batches/b1', signal)
      .catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'ERR_GEMINI_UNAVAILABLE' });
    expect(JSON.stringify([String(error), (error as Error).stack])).not.toContain('secret-key');
  });

  it('downloads a file without asking for its metadata', async () => {
    const { gemini, calls } = await start({ status: 200, body: 'bytes' });
    const { body } = await gemini.download('files/batch-b1', { signal, maxBytes: 100 });
    const chunks: Buffer[] = [];
    for await (const chunk of body) chunks.push(chunk);
    expect(Buffer.concat(chunks).toString()).toBe('bytes');
    expect(calls).toEqual([
      { path: '/v1beta/files/batch-b1:download?alt=media', key: 'secret-key' },
    ]);
  });

  it('lets the SDK call with our key, once, through the same guard', async () => {
    const operation = {
      name: 'models/veo/operations/o',
      done: true,
      response: { generateVideoResponse: { generatedSamples: [{ video: { uri: 'files/v1' } }] } },
    };
    const { gemini, calls } = await start({
      status: 200,
      body: JSON.stringify(operation),
      headers: { 'content-type': 'application/json' },
    });
    expect(await gemini.getVideoOperation('models/veo/operations/o?', signal)).toEqual({
      isDone: true,
      uris: ['files/v1'],
      error: null,
    });
    expect(calls).toEqual([{ path: '/v1beta/models/veo/operations/o%3F', key: 'secret-key' }]);
  });

  it('tells why a video was held back, and that one is not ready', async () => {
    const held = {
      done: true,
      response: {
        generateVideoResponse: { raiMediaFilteredCount: 1, raiMediaFilteredReasons: ['no'] },
      },
    };
    const json = { 'content-type': 'application/json' };
    const { gemini } = await start(
      { status: 200, body: JSON.stringify(held), headers: json },
      { status: 200, body: '{"name":"x"}', headers: json },
    );
    expect(await gemini.getVideoOperation('operations/o', signal)).toMatchObject({
      uris: [],
      error: { message: 'no' },
    });
    expect(await gemini.getVideoOperation('operations/o', signal)).toMatchObject({
      isDone: false,
    });
  });
});
