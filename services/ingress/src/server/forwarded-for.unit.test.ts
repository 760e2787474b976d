import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, expect, it } from 'vitest';
import { readTrustedProxies } from './client-address.ts';
import { type HttpServer, startHttpServer } from './http-server.ts';

let server: HttpServer;
afterEach(() => server.close());

/** The address that the server finds for a request with these header lines. */
async function addressFor(trusted: readonly string[], lines: readonly string[]): Promise<string> {
  const proxies = readTrustedProxies(trusted);
  if (proxies === null) throw new Error('not readable');
  let found = '';
  server = await startHttpServer({
    host: '127.0.0.1',
    port: 0,
    maxBodyBytes: 1_000,
    maxCollectedBytes: 100_000,
    handler: {
      hasSource: () => true,
      open(_source, _headers, address) {
        found = address();
        return { opened: {} };
      },
      accept: () => ({ verdict: 'accepted', scheme: 'v1', type: 'other' }),
    },
    onVerdict: () => undefined,
    random: () => 0,
    trustedProxies: proxies,
    tls: null,
  });
  const socket = connect(server.port, '127.0.0.1');
  const head = ['POST /webhooks/gemini HTTP/1.1', 'host: x', 'connection: close', ...lines];
  socket.end(`${[...head, 'content-length: 0'].join('\r\n')}\r\n\r\n`);
  expect(await text(socket)).toContain(' 202 ');
  return found;
}

it('the header counts only where the other end is a trusted proxy', async () => {
  expect(await addressFor([], ['X-Forwarded-For: 203.0.113.7'])).toBe('127.0.0.1');
  server.close();
  expect(await addressFor(['127.0.0.1'], ['X-Forwarded-For: 203.0.113.7'])).toBe('203.0.113.7');
});

it("a line that the proxy adds behind the sender's own wins over it", async () => {
  const lines = ['X-Forwarded-For: 198.51.100.1', 'x-forwarded-for: 203.0.113.7'];
  expect(await addressFor(['127.0.0.1'], lines)).toBe('203.0.113.7');
});

it('a trusted proxy that says nothing is the sender itself', async () => {
  expect(await addressFor(['127.0.0.1'], [])).toBe('127.0.0.1');
});
