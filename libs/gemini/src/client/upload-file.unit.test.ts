import { afterEach, describe, expect, it } from 'vitest';
import { json, type Received, type StartedGemini, startGemini } from './testing/start-gemini.ts';

const signal = new AbortController().signal;
const FILE = { mimeType: 'application/jsonl', displayName: 'rows' };
const MIB = 1024 * 1024;

describe('an upload', () => {
  let started: StartedGemini | null = null;
  afterEach(async () => {
    await started?.close();
    started = null;
  });
  const start = async (refuse: (received: Received) => boolean = () => false) => {
    started = await startGemini((received, response) => {
      if (refuse(received)) json(response, { error: { message: 'too much' } }, 400);
      else if (received.headers['x-goog-upload-command'] === 'start') {
        response.setHeader(
          'x-goog-upload-url',
          'https://elsewhere.example/upload/v1beta/files?id=7',
        );
        json(response, {});
      } else json(response, { file: { name: 'files/abc' } });
    });
    return started;
  };
  const parts = (received: readonly Received[]) =>
    received.slice(1).map(({ url, headers, body }) => ({
      url,
      offset: headers['x-goog-upload-offset'],
      command: headers['x-goog-upload-command'],
      length: body.length,
    }));

  it('says what comes, and sends it to our own API, whatever host is named', async () => {
    const { gemini, received } = await start();
    const rows = '{"key":"k1","request":{}}\n';
    expect(await gemini.uploadFile(Buffer.from(rows), FILE, signal)).toEqual({
      name: 'files/abc',
      bytes: rows.length,
    });
    expect(received).toMatchObject([
      {
        method: 'POST',
        url: '/upload/v1beta/files',
        body: '{"file":{"displayName":"rows"}}',
        headers: {
          'x-goog-api-key': 'secret-key',
          'x-goog-upload-protocol': 'resumable',
          'x-goog-upload-header-content-length': String(rows.length),
          'x-goog-upload-header-content-type': 'application/jsonl',
        },
      },
      {
        method: 'POST',
        url: '/upload/v1beta/files?id=7',
        body: rows,
        headers: { 'x-goog-upload-offset': '0', 'x-goog-upload-command': 'upload, finalize' },
      },
    ]);
  });

  it('goes in parts, of a stream too', async () => {
    const { gemini, received } = await start();
    const expected = [
      { offset: '0', command: 'upload', length: 8 * MIB },
      { offset: String(8 * MIB), command: 'upload', length: 8 * MIB },
      { offset: String(16 * MIB), command: 'upload, finalize', length: 5 },
    ];
    const bytes = 16 * MIB + 5;
    await gemini.uploadFile(Buffer.alloc(bytes, 'x'), FILE, signal);
    expect(parts(received)).toMatchObject(expected);
    received.length = 0;
    async function* chunks() {
      for (let left = bytes; left > 0; left -= 3 * MIB) yield Buffer.alloc(Math.min(left, 3 * MIB));
    }
    await gemini.uploadFile({ bytes, chunks: chunks() }, FILE, signal);
    expect(parts(received)).toMatchObject(expected);
  });

  it('of nothing is one empty part', async () => {
    const { gemini, received } = await start();
    await gemini.uploadFile(Buffer.alloc(0), FILE, signal);
    expect(parts(received)).toMatchObject([{ command: 'upload, finalize', length: 0 }]);
  });

  it.each([3, 5])(
    'is not ended by a stream of another length than was said: %d',
    async (length) => {
      const { gemini, received } = await start();
      async function* chunks() {
        yield Buffer.alloc(length);
      }
      const uploaded = gemini.uploadFile({ bytes: 4, chunks: chunks() }, FILE, signal);
      await expect(uploaded).rejects.toThrow(TypeError);
      expect(JSON.stringify(parts(received))).not.toContain('finalize');
    },
  );

  it('says why it was refused', async () => {
    const { gemini } = await start(({ headers }) => headers['x-goog-upload-offset'] === '0');
    await expect(gemini.uploadFile(Buffer.from('x'), FILE, signal)).rejects.toMatchObject({
      code: 'ERR_GEMINI_REFUSED',
      message: expect.stringContaining('too much') as string,
    });
  });
});
