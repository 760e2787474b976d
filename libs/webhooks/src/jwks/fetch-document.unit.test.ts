import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { fetchDocument } from './fetch-document.ts';

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = undefined;
});

/** A server on loopback; gives its URL. */
async function serve(answer: RequestListener): Promise<string> {
  const started = createServer(answer);
  server = started;
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(started.address() as AddressInfo).port}/jwks.json`;
}

describe('the document behind a URL', () => {
  it('is the JSON that it answers', async () => {
    const url = await serve((_, answer) => answer.end('{"keys":[1]}'));
    expect(await fetchDocument(url, 5_000)).toEqual({ keys: [1] });
  });

  it.each([
    [404, 'answered 404'],
    [500, 'answered 500'],
    [204, 'Unexpected end of JSON'],
  ])('is none when the answer is %i', async (status, said) => {
    const url = await serve((_, answer) => answer.writeHead(status).end());
    await expect(fetchDocument(url, 5_000)).rejects.toThrow(said);
  });

  it('is not looked for anywhere else: a redirect is not followed', async () => {
    const asked: (string | undefined)[] = [];
    const url = await serve((request, answer) => {
      asked.push(request.url);
      answer.writeHead(302, { location: '/other' }).end();
    });
    await expect(fetchDocument(url, 5_000)).rejects.toThrow('fetch failed');
    expect(asked).toEqual(['/jwks.json']);
  });

  it('is not read beyond 256 KiB, also where it never ends', async () => {
    const url = await serve((_, answer) => {
      const go = (): void => {
        if (answer.write(`"${'x'.repeat(65_536)}",`)) setImmediate(go);
        else answer.once('drain', go);
      };
      answer.write('[');
      go();
    });
    await expect(fetchDocument(url, 20_000)).rejects.toThrow('longer than 262144 bytes');
  });

  it.each([
    ['says nothing', () => undefined],
    [
      'begins to answer and goes on no more',
      (_: unknown, answer: { write(text: string): boolean }) => void answer.write('{'),
    ],
  ] as const)('is given up after the time limit when the server %s', async (_, answer) => {
    const url = await serve(answer);
    await expect(fetchDocument(url, 50)).rejects.toThrow(/timeout|aborted/i);
  });

  it('is none when it is not JSON', async () => {
    const url = await serve((_, answer) => answer.end('<html>'));
    await expect(fetchDocument(url, 5_000)).rejects.toThrow(SyntaxError);
  });
});
