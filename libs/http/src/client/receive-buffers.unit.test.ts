import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Download } from '../download/download.ts';
import {
  areKept,
  countBuffers,
  download,
  expectBytes,
  expectSent,
  FILE,
  readGivingBack,
  SHA256,
} from '../testing/known-file.ts';
import { type LoopbackServer, startLoopbackServer } from '../testing/loopback-server.ts';
import { createDispatcher } from './create-dispatcher.ts';
import { createHttpClient, type HttpClient } from './http-client.ts';
import { giveBack, receiveBuffers } from './receive-buffers.ts';

const DROP_BYTES = 1_000;

describe('buffers that sockets read into again', () => {
  let server: LoopbackServer;
  let client: HttpClient;
  /** Ports of the client's sockets. */
  let sockets: Set<number | undefined>;
  /** Sends the next few bytes of `/drops`. */
  let drop: () => void;
  beforeEach(async () => {
    sockets = new Set();
    server = await startLoopbackServer((request, response) => {
      sockets.add(request.socket.remotePort);
      if (request.url === '/chunked') return void Readable.from(piecesOf(FILE)).pipe(response);
      if (request.url === '/short') return void response.end(FILE.subarray(0, 60_000));
      response.writeHead(200, { 'content-length': FILE.length });
      if (request.url === '/whole') return void response.end(FILE);
      let at = 0;
      drop = () => {
        response.write(FILE.subarray(at, at + DROP_BYTES));
        at += DROP_BYTES;
      };
      drop();
    });
    client = clientWith(32);
  });
  afterEach(async () => {
    await client.close();
    await server.close();
  });

  function clientWith(connections: number): HttpClient {
    const policy = { allowedHosts: [], ownOrigins: [server.origin] };
    const dispatcher = createDispatcher({
      policy,
      idleTimeoutMs: 5_000,
      connections,
      isBulk: true,
    });
    return createHttpClient({ policy, dispatcher, totalTimeoutMs: 20_000 });
  }
  const open = (path: string): Promise<Download> => download(client, `${server.origin}${path}`);

  it.each([
    ['/whole', 'fast', 0],
    ['/whole', 'slow', 3],
    ['/chunked', 'fast', 0],
    ['/chunked', 'slow', 3],
  ])(
    'keep each chunk of %s as it came until it is given back, for a %s reader',
    async (path, _, turns) => {
      expect(await readGivingBack(await open(path), turns)).toBe(SHA256);
    },
  );

  it.each([
    ['once', false],
    ['again and again', true],
  ])('belong to one of two sockets at a time, though all is given back %s', async (_, isAgain) => {
    const both = [await open('/whole'), await open('/chunked')].map((given) => ({
      given,
      at: 0,
    }));
    const used: Buffer[] = [];
    for (let isOver = false; !isOver; ) {
      const held = [];
      for (const each of both) {
        const { value } = await each.given.body.next();
        if (value !== undefined) held.push({ chunk: value, at: each.at });
        each.at += value?.length ?? 0;
      }
      for (let left = 3; left > 0; left -= 1) await turn();
      for (const { chunk, at } of held) expectBytes(chunk, at);
      if (isAgain) used.forEach(giveBack);
      for (let left = 3; left > 0; left -= 1) await turn();
      for (const { chunk, at } of held) expectBytes(chunk, at);
      for (const { chunk } of held) giveBack(chunk);
      used.push(...held.map(({ chunk }) => chunk));
      isOver = held.length === 0;
    }
    expect(both.map(({ at }) => at)).toEqual([FILE.length, FILE.length]);
    for (const { given } of both) expect(given.sha256()).toBe(SHA256);
    expect(sockets.size).toBe(2);
  });

  it.each(['/whole', '/chunked'])('are few where all of %s is given back', async (path) => {
    expect(await countBuffers(await open(path))).toBeLessThanOrEqual(16);
  });

  it.each<[string, (chunk: Buffer) => void]>([
    ['nothing is given back', () => undefined],
    ['only bytes from elsewhere are', (chunk) => giveBack(Buffer.from(chunk))],
    ['only parts are that are no last ones', (chunk) => giveBack(chunk.subarray(0, -1))],
  ])('are not read into again where %s', async (_, use) => {
    expect(await areKept(await open('/whole'), use)).toBe(true);
  });

  it('keep the end of an answer that is looked at later than the next one of its socket', async () => {
    await client.close();
    client = clientWith(1);
    const late = await open('/short');
    for await (const chunk of (await open('/whole')).body) giveBack(chunk);
    expect(await expectSent(late.body)).toBe(60_000);
    expect(sockets.size).toBe(1);
  });

  it('are not held by few bytes', async () => {
    let at = 0;
    for await (const chunk of (await open('/drops')).body) {
      expectBytes(chunk, at);
      expect(chunk.buffer.byteLength).toBeLessThanOrEqual(Buffer.poolSize);
      at += chunk.length;
      if (at === 20 * DROP_BYTES) break;
      if (at % DROP_BYTES === 0) drop();
    }
    expect(at).toBe(20 * DROP_BYTES);
  });

  it('are not shared with a socket that is opened while a read is looked at', async () => {
    const openSocket = (buffers: Set<ArrayBufferLike>): Socket => {
      const socket = connect({ port: server.port, host: '127.0.0.1', onread: receiveBuffers });
      socket.write('GET /whole HTTP/1.1\r\nhost: files.test\r\nconnection: close\r\n\r\n');
      return socket.on('data', ({ buffer }: Buffer) => {
        // The few bytes of a head are in the pool of Node, which all share.
        if (buffer.byteLength > Buffer.poolSize) buffers.add(buffer);
      });
    };
    const first = new Set<ArrayBufferLike>();
    const second = new Set<ArrayBufferLike>();
    const socket = openSocket(first);
    const another = await new Promise<Socket>((resolve) => {
      let isOpened = false;
      socket.on('data', () => {
        if (first.size === 0 || isOpened) return;
        isOpened = true;
        resolve(openSocket(second));
      });
    });
    await Promise.all([once(socket, 'close'), once(another, 'close')]);
    expect(second.size).toBeGreaterThan(0);
    expect(first.isDisjointFrom(second)).toBe(true);
  });
});

function* piecesOf(bytes: Buffer): Generator<Buffer, void> {
  for (let at = 0; at < bytes.length; at += 50_000) yield bytes.subarray(at, at + 50_000);
}
