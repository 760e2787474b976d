import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { type OpenSimulator, openSimulator } from '../testing/fixtures.ts';

const BOUND = 10_000;
const key = { 'x-goog-api-key': 'any' };
interface File {
  readonly name: string;
  readonly sizeBytes: string;
  readonly sha256Hash: string;
}

describe('uploaded files', () => {
  let simulator: OpenSimulator;
  beforeEach(() => {
    simulator = openSimulator({ uploadBytes: BOUND, minDurationMs: 1, maxDurationMs: 1 });
  });
  const start = (headers: Record<string, string> = {}, body: object = {}): Promise<Response> =>
    simulator.request('POST', '/upload/v1beta/files', body, {
      ...key,
      'x-goog-upload-protocol': 'resumable',
      'x-goog-upload-command': 'start',
      ...headers,
    });
  const urlOf = (started: Response): string => {
    const { pathname, search } = new URL(started.headers.get('x-goog-upload-url') ?? '');
    return pathname + search;
  };
  /** Without a key: the URL is enough. */
  const send = (url: string, command: string, offset: number, body = ''): Promise<Response> =>
    simulator.request('POST', url, body, {
      'x-goog-upload-command': command,
      'x-goog-upload-offset': String(offset),
    });
  const upload = async (text: string, body: object = {}): Promise<File> => {
    const url = urlOf(await start({}, body));
    return ((await (await send(url, 'upload, finalize', 0, text)).json()) as { file: File }).file;
  };
  const createBatch = (fileName: string) =>
    simulator.call<{ name: string; metadata: object }>(
      'POST',
      '/v1/models/m:batchGenerateContent',
      { batch: { inputConfig: { fileName } } },
    );

  it('come in one part or in several, and have the digest of the whole', async () => {
    const started = await start({ 'x-goog-upload-header-content-type': 'text/plain' });
    expect([started.status, started.headers.get('x-goog-upload-status')]).toEqual([200, 'active']);
    const url = urlOf(started);
    const first = await send(url, 'upload', 0, 'hello ');
    expect(first.headers.get('x-goog-upload-status')).toBe('active');
    const asked = await send(url, 'query', 0);
    expect(asked.headers.get('x-goog-upload-size-received')).toBe('6');
    const last = await send(url, 'upload, finalize', 6, 'world');
    expect(last.headers.get('x-goog-upload-status')).toBe('final');
    const { file } = (await last.json()) as { file: File };
    expect(file).toMatchObject({
      mimeType: 'text/plain',
      sizeBytes: '11',
      sha256Hash: createHash('sha256').update('hello world').digest('base64'),
      source: 'UPLOADED',
    });
    expect((await simulator.call('GET', `/v1/${file.name}`)).body).toEqual(file);
    const again = await send(url, 'upload, finalize', 6, 'world');
    expect(await again.json()).toEqual({ file });
  });

  it.each([
    ['no command', { 'x-goog-upload-command': '' }],
    ['another protocol', { 'x-goog-upload-protocol': 'raw' }],
    ['a length that is none', { 'x-goog-upload-header-content-length': 'long' }],
    ['more than is kept', { 'x-goog-upload-header-content-length': String(BOUND + 1) }],
  ])('cannot begin with %s', async (_what, headers) => {
    expect((await start(headers)).status).toBe(400);
  });

  it('need a key to begin with, and an upload that was begun here to go on', async () => {
    expect((await start({ 'x-goog-api-key': '' })).status).toBe(403);
    const path = '/upload/v1beta/files?upload_id=none';
    expect((await send(path, 'upload', 0)).status).toBe(404);
    const elsewhere = urlOf(await start()).replace('/v1beta/', '/v1/');
    expect((await send(elsewhere, 'upload', 0)).status).toBe(404);
    expect((await simulator.call('GET', '/v1/files?upload_id=x', undefined, {})).status).toBe(403);
  });

  it('are refused at a wrong place, with a wrong length, and beyond the bound', async () => {
    const url = urlOf(await start({ 'x-goog-upload-header-content-length': '8' }));
    expect((await send(url, 'upload', 1, 'text')).status).toBe(400);
    expect((await send(url, 'upload, finalize', 0, 'text')).status).toBe(400);
    expect((await send(url, 'nonsense', 4)).status).toBe(400);
    expect((await send(url, 'upload', 4, 'x'.repeat(BOUND))).status).toBe(400);
    expect((await send(url, 'upload, finalize', 4, 'more')).status).toBe(200);
  });

  it('are forgotten, the oldest first, beyond the bound', async () => {
    const names: string[] = [];
    for (let count = 0; count < 3; count += 1) names.push((await upload('x'.repeat(4_000))).name);
    const statuses = await Promise.all(
      names.map(async (name) => (await simulator.call('GET', `/v1/${name}`)).status),
    );
    expect(statuses).toEqual([404, 200, 200]);
  });

  it('may be given a name, once', async () => {
    const file = { name: 'files/mine', displayName: 'Mine' };
    expect(await upload('a', { file })).toMatchObject(file);
    const url = urlOf(await start({}, { file }));
    const second = await send(url, 'upload, finalize', 0, 'b');
    expect(await second.json()).toMatchObject({ error: { code: 409, status: 'ALREADY_EXISTS' } });
    const wrong = urlOf(await start({}, { file: { name: 'files/No' } }));
    expect((await send(wrong, 'upload, finalize', 0, 'b')).status).toBe(400);
  });

  it('cannot be downloaded', async () => {
    const { name } = await upload('a');
    const answer = await simulator.call('GET', `/v1/${name}:download?alt=media`);
    expect(answer).toMatchObject({
      status: 400,
      body: { error: { status: 'FAILED_PRECONDITION' } },
    });
  });

  it.each([
    ['not JSON', 'Line 2'],
    ['{"key":"a"}', 'Line 2'],
    [
      '{"key":"a","request":{"contents":[{"parts":[{"text":"simulate: {\\"turns\\":[]}"}]}]}}',
      'turns',
    ],
  ])('cannot be the input of a batch with the line %s', async (line, words) => {
    const { name } = await upload(`{"key":"a","request":{}}\n${line}\n`);
    expect(await createBatch(name)).toMatchObject({
      status: 400,
      body: { error: { message: expect.stringContaining(words) as string } },
    });
    expect((await createBatch((await upload('\n')).name)).status).toBe(400);
  });

  it('of many requests have an answer for each, of which every twentieth fails if it may', async () => {
    const request = (index: number): object =>
      index === 39 ? { contents: [{ parts: [{ text: 'simulate: {"text":"fine"}' }] }] } : {};
    const lines = Array.from({ length: 41 }, (_, index) =>
      JSON.stringify({ ...(index === 40 ? {} : { key: `k${index}` }), request: request(index) }),
    );
    const { name } = (await createBatch((await upload(lines.join('\r\n'))).name)).body;
    await expect
      .poll(async () => (await simulator.call('GET', `/v1/${name}`)).body)
      .toMatchObject({
        done: true,
        metadata: {
          batchStats: {
            requestCount: '41',
            successfulRequestCount: '40',
            failedRequestCount: '1',
          },
        },
      });
    const output = name.replace('batches/', 'files/batch-');
    const answer = await simulator.request('GET', `/v1/${output}:download?alt=media`);
    const rows = (await answer.text())
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { key?: string; error?: object });
    expect(rows.map((row) => row.key)).toEqual(
      lines.map((_, index) => (index === 40 ? undefined : `k${index}`)),
    );
    expect(rows.flatMap((row) => (row.error === undefined ? [] : [row.key]))).toEqual(['k19']);
  });
});
