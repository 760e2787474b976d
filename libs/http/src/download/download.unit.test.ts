import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { createDispatcher } from '../client/create-dispatcher.ts';
import { createHttpClient, type HttpClient, type HttpRequest } from '../client/http-client.ts';
import { type LoopbackServer, startLoopbackServer } from '../testing/loopback-server.ts';
import { type Download, type DownloadOptions, startDownload } from './download.ts';

const FILE = Buffer.from(Array.from({ length: 100_000 }, (_, at) => `${at}\n`).join(''));
const signal = new AbortController().signal;
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

type Answer = (response: ServerResponse, from: number, request: IncomingMessage) => void;

/** The rest of the file from where the request begins; breaks off after so many bytes. */
function part(
  options: { cutAfter?: number; file?: Buffer; etag?: string; length?: number } = {},
): Answer {
  const { cutAfter, file = FILE, etag = '"one"' } = options;
  return (response, from) => {
    const rest = file.subarray(from);
    response.writeHead(from === 0 ? 200 : 206, {
      etag,
      'content-length': options.length ?? rest.length,
      'content-type': 'application/jsonl',
      ...(from === 0 ? {} : { 'content-range': `bytes ${from}-${file.length - 1}/${file.length}` }),
    });
    if (cutAfter === undefined) response.end(rest);
    else response.write(rest.subarray(0, cutAfter), () => response.destroy());
  };
}
/** The whole file, whatever range was asked for. */
const whole =
  (file = FILE): Answer =>
  (response) =>
    void response.writeHead(200, { 'content-length': file.length }).end(file);
const status =
  (code: number): Answer =>
  (response) =>
    void response.writeHead(code).end();

describe('downloads that go on where a connection breaks', () => {
  let server: LoopbackServer | undefined;
  let client: HttpClient | undefined;
  let requests: { range: string | undefined; ifRange: string | undefined }[] = [];
  afterEach(async () => {
    await client?.close();
    await server?.close();
  });

  async function download(
    answers: readonly Answer[],
    more: Partial<DownloadOptions> = {},
  ): Promise<Download> {
    const left = [...answers];
    requests = [];
    server = await startLoopbackServer((request, response) => {
      const { range, 'if-range': ifRange } = request.headers;
      requests.push({ range, ifRange: typeof ifRange === 'string' ? ifRange : undefined });
      const from = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0);
      (left.shift() ?? status(404))(response, from, request);
    });
    const policy = { allowedHosts: [], ownOrigins: [server.origin] };
    const dispatcher = createDispatcher({ policy, idleTimeoutMs: 500 });
    client = createHttpClient({ policy, dispatcher, totalTimeoutMs: 20_000 });
    const call = (headers: HttpRequest['headers']) =>
      (client as HttpClient).open({
        url: (server as LoopbackServer).origin,
        headers: headers ?? {},
        signal,
      });
    return startDownload(await call({}), call, {
      signal,
      maxBytes: 10_000_000,
      waitMs: 1,
      ...more,
    });
  }
  async function read(body: AsyncIterable<Buffer>): Promise<Buffer> {
    const chunks: Buffer[] = [];
    for await (const chunk of body) chunks.push(Buffer.from(chunk));
    return Buffer.concat(chunks);
  }
  const failure = (given: Download): Promise<unknown> =>
    read(given.body).then(
      () => null,
      (error: unknown) => error,
    );

  it('gives the bytes, their number and their digest', async () => {
    const given = await download([part()]);
    expect(given).toMatchObject({
      contentType: 'application/jsonl',
      length: FILE.length,
      encoding: null,
    });
    expect((await read(given.body)).equals(FILE)).toBe(true);
    expect(given.sha256()).toBe(sha256(FILE));
  });

  it('asks for the rest, guarded by the tag, as often as it breaks with something between', async () => {
    const resumed: number[] = [];
    const cut = part({ cutAfter: 50_000 });
    const given = await download([cut, cut, cut, cut, cut, cut, cut, part()], {
      onResume: (at) => resumed.push(at),
    });
    expect((await read(given.body)).equals(FILE)).toBe(true);
    expect(given.sha256()).toBe(sha256(FILE));
    expect(resumed).toHaveLength(7);
    expect(requests.at(-1)).toEqual({ range: `bytes=${resumed.at(-1)}-`, ifRange: '"one"' });
  });

  it('goes on with a server that knows no ranges, if its first bytes are the same', async () => {
    const given = await download([part({ cutAfter: 99_999 }), whole()]);
    expect((await read(given.body)).equals(FILE)).toBe(true);
    expect(given.sha256()).toBe(sha256(FILE));
  });

  it.each<[string, Answer]>([
    ['other first bytes', whole(Buffer.concat([Buffer.from('x'), FILE.subarray(1)]))],
    ['another length', whole(FILE.subarray(1))],
    ['another tag', part({ etag: '"two"' })],
    [
      'a range that begins elsewhere',
      (response) => void response.writeHead(206, { 'content-range': 'bytes 5-9/10' }).end(),
    ],
    ['a shorter file', status(416)],
  ])('does not join two files: %s', async (_, second) => {
    const given = await download([part({ cutAfter: 50_000 }), second]);
    expect(await failure(given)).toMatchObject({ code: 'ERR_HTTP_CHANGED' });
  });

  it('waits out answers that pass, and ends with one that does not', async () => {
    const cut = part({ cutAfter: 50_000 });
    const fine = await download([cut, status(503), status(429), part()]);
    expect((await read(fine.body)).equals(FILE)).toBe(true);
    await server?.close();
    const gone = await download([cut, status(503), status(404)]);
    expect(await failure(gone)).toMatchObject({ code: 'ERR_HTTP_STATUS', data: { status: 404 } });
  });

  it('gives up on a server that breaks off again and again', async () => {
    const given = await download([
      part({ cutAfter: 50_000 }),
      ...Array<Answer>(9).fill(part({ cutAfter: 0 })),
    ]);
    expect(await failure(given)).toMatchObject({ code: 'ERR_HTTP_UNAVAILABLE' });
    expect(requests.length).toBeLessThan(9);
  });

  it('takes silence in the middle for a break', async () => {
    const silent: Answer = (response) => {
      response.writeHead(200, { 'content-length': FILE.length, etag: '"one"' });
      response.write(FILE.subarray(0, 1_000));
    };
    const given = await download([silent, part()]);
    expect((await read(given.body)).equals(FILE)).toBe(true);
  });

  it('never gives more than was announced', async () => {
    // What follows on the connection belongs to no answer: it is cut there.
    const given = await download([part({ length: 1_000 }), part()]);
    const outcome = await read(given.body).catch((error: unknown) => error);
    expect(Buffer.isBuffer(outcome) ? outcome.length : 0).toBeLessThanOrEqual(1_000);
  });

  it('refuses at once what is announced as too long, and later what turns out to be', async () => {
    await expect(download([part()], { maxBytes: 1_000 })).rejects.toMatchObject({
      code: 'ERR_HTTP_TOO_LARGE',
    });
    await server?.close();
    const endless: Answer = (response) => {
      const more = (): void => void response.write(FILE.subarray(0, 1_000), () => more());
      more();
    };
    const given = await download([endless], { maxBytes: 100_000 });
    expect(await failure(given)).toMatchObject({ code: 'ERR_HTTP_TOO_LARGE' });
  });

  it('ends when it is told to', async () => {
    const stop = new AbortController();
    const given = await download([part({ cutAfter: 1_000 }), part()], {
      signal: stop.signal,
      onResume: () => stop.abort(),
    });
    expect(await failure(given)).not.toBeNull();
    expect(requests).toHaveLength(1);
  });
});
