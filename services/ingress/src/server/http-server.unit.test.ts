import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { refused, type Verdict } from '../accept/verdict.ts';
import { type DeliveryHandler, type HttpServer, startHttpServer } from './http-server.ts';

const ACCEPTED: Verdict = { verdict: 'accepted', scheme: 'v1', type: 'other' };

type Handler = DeliveryHandler<{ readonly id: string }>;

describe('the HTTP server', () => {
  let server: HttpServer;
  let verdicts: [string | null, Verdict][];
  let bodies: string[];
  let handler: { -readonly [Name in keyof Handler]: Handler[Name] };

  const start = async (more: object = {}): Promise<void> => {
    server = await startHttpServer({
      host: '127.0.0.1',
      port: 0,
      maxBodyBytes: 1_000,
      maxCollectedBytes: 100_000,
      handler,
      onVerdict: (source, verdict) => verdicts.push([source, verdict]),
      random: () => 0,
      trustedProxies: { includes: () => false, toJSON: () => [] },
      tls: null,
      ...more,
    });
  };
  const url = (path = '/webhooks/gemini'): string => `http://127.0.0.1:${server.port}${path}`;
  const post = (body: string, path?: string): Promise<Response> =>
    fetch(url(path), { method: 'POST', body });

  /** Sends text as it is and gives back all that came until the server closes or `until` is seen. */
  async function raw(text: string, until: RegExp, then?: string): Promise<string> {
    const socket = connect(server.port, '127.0.0.1');
    let seen = '';
    socket.on('data', (chunk) => (seen += chunk.toString('latin1')));
    socket.write(text);
    if (then !== undefined) {
      await vi.waitUntil(() => server.requestsInFlight === 1);
      socket.write(then);
    }
    await vi.waitFor(() => expect(seen).toMatch(until));
    socket.destroy();
    return seen;
  }
  const head = (...headers: readonly string[]): string =>
    ['POST /webhooks/gemini HTTP/1.1', 'host: x', ...headers, '', ''].join('\r\n');

  beforeEach(async () => {
    verdicts = [];
    bodies = [];
    handler = {
      hasSource: (source) => source === 'default' || source === 'tenant-a',
      open: (_source, { id }) => ({ opened: { id } }),
      accept: (_opened, body) => {
        bodies.push(body.toString());
        return Promise.resolve(ACCEPTED);
      },
    };
    await start();
  });
  afterEach(() => server.close());

  it('answers 202 with an empty body under both paths', async () => {
    const [first, second] = [await post('a'), await post('b', '/webhooks/gemini/tenant-a')];
    expect([first.status, await first.text(), second.status]).toEqual([202, '', 202]);
    expect(verdicts).toEqual([
      ['default', ACCEPTED],
      ['tenant-a', ACCEPTED],
    ]);
  });

  it.each([
    '/',
    '/webhooks/gemini/',
    '/webhooks/gemini/default',
    '/webhooks/gemini/nobody',
    '/webhooks/gemini/tenant-a/more',
    '/webhooks/gemini/%74enant-a',
    '/webhooks',
  ])('answers 404 under %s, whatever the method', async (path) => {
    const answers = [await post('a', path), await fetch(url(path))];
    expect(answers.map(({ status }) => status)).toEqual([404, 404]);
    expect(bodies).toEqual([]);
  });

  it.each(['GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD'])(
    'answers 405 to %s',
    async (method) => {
      const answer = await fetch(url(), { method });
      expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST']);
      expect(answer.headers.get('content-type')).toBe('application/problem+json');
    },
  );

  it('refuses an announced body over the limit before it comes', async () => {
    const seen = await raw(head('content-length: 1001'), /ERR_INGRESS_BODY_TOO_LARGE/);
    expect(seen).toMatch(/^HTTP\/1.1 413 /);
  });

  it('takes a body of exactly the limit and refuses one byte more', async () => {
    const answers = [await post('x'.repeat(1_000)), await post('x'.repeat(1_001))];
    expect(answers.map(({ status }) => status)).toEqual([202, 413]);
    expect(bodies).toEqual(['x'.repeat(1_000)]);
  });

  it('refuses a chunked body when it passes the limit', async () => {
    const chunk = `2bc\r\n${'x'.repeat(700)}\r\n`;
    const seen = await raw(head('transfer-encoding: chunked') + chunk, /413/, chunk);
    expect(seen).toMatch(/^HTTP\/1.1 413 /);
    expect([bodies, server.bytesCollected]).toEqual([[], 0]);
  });

  it('joins a body that comes in pieces', async () => {
    await raw(`${head('content-length: 6')}abc`, / 202 /, 'def');
    await raw(`${head('transfer-encoding: chunked')}3\r\nghi\r\n`, / 202 /, '1\r\nj\r\n0\r\n\r\n');
    expect(bodies).toEqual(['abcdef', 'ghij']);
    expect(server.bytesCollected).toBe(0);
  });

  it('answers 503 when all half-received bodies together are too large', async () => {
    server.close();
    await start({ maxCollectedBytes: 100 });
    const seen = await raw(`${head('content-length: 300')}${'x'.repeat(120)}`, /\r\n\r\n{/);
    expect(seen).toMatch(/^HTTP\/1.1 503 /);
    expect(seen).toMatch(/retry-after: 1\r\n/i);
  });

  it('answers by the headers alone without waiting for the body', async () => {
    handler.open = () => refused('headers_missing');
    expect(await raw(head('content-length: 900'), /\r\n\r\n{/)).toMatch(/^HTTP\/1.1 400 /);
  });

  it('takes the first value of a repeated header', async () => {
    const ids: string[] = [];
    handler.open = (_source, { id }) => {
      ids.push(id);
      return { opened: { id } };
    };
    await raw(head('webhook-id: first', 'Webhook-Id: second', 'content-length: 0'), / 202 /);
    expect(ids).toEqual(['first']);
  });

  it('forgets a request whose sender went away', async () => {
    const socket = connect(server.port, '127.0.0.1');
    socket.write(`${head('content-length: 9')}abc`);
    await vi.waitFor(() => expect(server.bytesCollected).toBe(3));
    socket.destroy();
    await vi.waitFor(() =>
      expect([server.bytesCollected, server.requestsInFlight]).toEqual([0, 0]),
    );
  });

  it('drains: takes no new connection, answers what was begun', async () => {
    let answer = (_verdict: Verdict): void => undefined;
    handler.accept = () => new Promise((resolve) => (answer = resolve));
    const pending = post('a');
    await vi.waitFor(() => expect(server.requestsInFlight).toBe(1));
    let isDrained = false;
    const drained = server.drain().then(() => (isDrained = true));
    await expect(fetch(url())).rejects.toThrow('fetch failed');
    expect(isDrained).toBe(false);
    answer(ACCEPTED);
    const response = await pending;
    await drained;
    expect([response.status, response.headers.get('connection')]).toEqual([202, 'close']);
  });

  it('says which variable to set when the port is taken', async () => {
    await expect(start({ port: server.port })).rejects.toMatchObject({
      code: 'ERR_PORT_TAKEN',
      message: expect.stringContaining('INGRESS_PORT') as string,
    });
  });
});
