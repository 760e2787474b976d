import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type OpenSimulator, ORIGIN, openSimulator } from '../testing/fixtures.ts';

/** More than fits one chunk, so it is streamed. */
const LARGE = 200_000;

describe('output files', () => {
  let simulator: OpenSimulator;
  const key = { 'x-goog-api-key': 'any' };

  const batch = async (): Promise<string> => {
    const body = { batch: { inputConfig: { fileName: 'files/in' } } };
    const path = '/v1beta/models/m:batchGenerateContent';
    const created = await simulator.call<{ name: string }>('POST', path, body);
    vi.advanceTimersByTime(1_000);
    return created.body.name.replace('batches/', 'files/batch-');
  };
  const video = async (): Promise<string> => {
    const path = '/v1beta/models/veo:predictLongRunning';
    const body = { instances: [{ prompt: 'p' }] };
    const { name } = (await simulator.call<{ name: string }>('POST', path, body)).body;
    vi.advanceTimersByTime(1_000);
    return `files/v${name.slice(name.lastIndexOf('/') + 1)}`;
  };
  const download = (file: string, headers: object = {}, prefix = '/v1beta'): Promise<Response> =>
    simulator.request('GET', `${prefix}/${file}:download?alt=media`, undefined, {
      ...key,
      ...headers,
    });
  const bytesOf = async (answer: Response): Promise<Buffer> =>
    Buffer.from(await answer.arrayBuffer());

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'], now: 1_777_896_000_000 });
    simulator = openSimulator({ outputBytes: LARGE });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('are described with size, digest and 48 hours to live', async () => {
    const file = await batch();
    const whole = await bytesOf(await download(file));
    expect(whole).toHaveLength(LARGE);
    for (const version of ['v1', 'v1beta']) {
      expect((await simulator.call('GET', `/${version}/${file}`)).body).toMatchObject({
        name: file,
        mimeType: 'application/jsonl',
        sizeBytes: String(LARGE),
        createTime: '2026-05-04T12:00:01.000Z',
        expirationTime: '2026-05-06T12:00:01.000Z',
        sha256Hash: createHash('sha256').update(whole).digest('base64'),
        uri: `${ORIGIN}/v1beta/${file}`,
        downloadUri: `${ORIGIN}/v1beta/${file}:download?alt=media`,
        state: 'ACTIVE',
        source: 'GENERATED',
      });
    }
  });

  it('are listed in pages, and only those of jobs that have succeeded', async () => {
    const names = [await batch(), await video()];
    const body = { batch: { inputConfig: { fileName: 'files/in' } } };
    await simulator.call('POST', '/v1/models/m:batchGenerateContent', body);
    interface List {
      readonly files: { readonly name: string }[];
      readonly nextPageToken?: string;
    }
    const list = async (query: string): Promise<List> =>
      (await simulator.call<List>('GET', `/v1/files?${query}`)).body;
    const first = await list('pageSize=1');
    const second = await list(`pageSize=1&pageToken=${first.nextPageToken ?? ''}`);
    expect([...first.files, ...second.files].map(({ name }) => name)).toEqual(names);
    expect(second).not.toHaveProperty('nextPageToken');
  });

  it.each(['/v1', '/v1beta', '/download/v1', '/download/v1beta'])(
    'are downloaded whole under %s',
    async (prefix) => {
      const answer = await download(await video(), {}, prefix);
      expect(answer.status).toBe(200);
      expect(answer.headers.get('content-length')).toBe(String(LARGE));
      expect(answer.headers.get('accept-ranges')).toBe('bytes');
      expect(answer.headers.get('content-type')).toBe('video/mp4');
      expect(answer.headers.has('content-range')).toBe(false);
      expect(await bytesOf(answer)).toHaveLength(LARGE);
    },
  );

  it.each([
    ['bytes=0-9', 0, 10],
    ['bytes=1000-150000', 1_000, 150_001],
    ['bytes=199990-', 199_990, LARGE],
    ['bytes=-5', 199_995, LARGE],
  ])('are downloaded in part with %s', async (range, start, end) => {
    const file = await batch();
    const answer = await download(file, { range });
    expect(answer.status).toBe(206);
    expect(answer.headers.get('content-range')).toBe(`bytes ${start}-${end - 1}/${LARGE}`);
    expect(answer.headers.get('content-length')).toBe(String(end - start));
    const whole = await bytesOf(await download(file));
    expect((await bytesOf(answer)).equals(whole.subarray(start, end))).toBe(true);
  });

  it('answer a range beyond their end with 416 and their size', async () => {
    const answer = await download(await batch(), { range: 'bytes=200000-' });
    expect(answer.status).toBe(416);
    expect(answer.headers.get('content-range')).toBe(`bytes */${LARGE}`);
  });

  it('are downloaded with alt=media only', async () => {
    const answer = await simulator.request('GET', `/v1beta/${await batch()}:download`);
    expect(answer.status).toBe(400);
  });

  it('of batches cannot be deleted, as their ids are longer than 40 characters', async () => {
    const file = await batch();
    expect(file.slice('files/'.length)).toHaveLength(42);
    expect(await simulator.call('DELETE', `/v1beta/${file}`)).toMatchObject({
      status: 400,
      body: { error: { message: expect.stringContaining('40 characters') as string } },
    });
    expect((await download(file)).status).toBe(200);
  });

  it('of videos can be deleted and are gone then', async () => {
    const file = await video();
    expect((await simulator.call('DELETE', `/v1beta/${file}`)).body).toEqual({});
    expect((await download(file)).status).toBe(404);
    expect((await simulator.call('GET', '/v1beta/files')).body).toEqual({});
  });
});
