import type { LookupAddress } from 'node:dns';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type LoopbackServer, startLoopbackServer } from '../testing/loopback-server.ts';
import type { OutgoingPolicy } from '../url/policy.ts';
import { createDispatcher, type DispatcherOptions } from './create-dispatcher.ts';
import { createHttpClient, type HttpClient } from './http-client.ts';

const signal = new AbortController().signal;

describe('sockets to checked addresses only', () => {
  let server: LoopbackServer;
  let requests: string[] = [];
  const clients: HttpClient[] = [];
  beforeEach(async () => {
    requests = [];
    server = await startLoopbackServer((request, response) => {
      requests.push(`${request.method} ${request.headers.host}${request.url}`);
      if (request.url !== '/silent') response.setHeader('connection', 'close').end('fine');
    });
  });
  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.close()));
    await server.close();
  });

  function client(policy: OutgoingPolicy, more: Partial<DispatcherOptions> = {}): HttpClient {
    const dispatcher = createDispatcher({ policy, idleTimeoutMs: 5_000, ...more });
    const made = createHttpClient({ policy, dispatcher, totalTimeoutMs: 10_000 });
    clients.push(made);
    return made;
  }
  /** DNS that gives these answers one after the other. */
  function answering(...answers: readonly (readonly string[])[]) {
    const left = [...answers];
    const asked: string[] = [];
    const resolve: DispatcherOptions['resolve'] = (host, callback) => {
      asked.push(host);
      const addresses = (left.shift() ?? []).map(
        (address): LookupAddress => ({ address, family: address.includes(':') ? 6 : 4 }),
      );
      callback(null, addresses);
    };
    return { resolve, asked };
  }

  it('reaches an origin of the operator, at the address that was checked', async () => {
    const own = `http://gemini.test:${server.port}`;
    const { resolve, asked } = answering(['127.0.0.1']);
    const answer = await client({ allowedHosts: [], ownOrigins: [own] }, { resolve }).open({
      url: `${own}/a`,
      signal,
    });
    expect(answer.status).toBe(200);
    answer.body.resume();
    // Looked up once: what was checked is what was connected to.
    expect(asked).toEqual(['gemini.test']);
    expect(requests).toEqual([`GET gemini.test:${server.port}/a`]);
  });

  it('refuses a name whose address is private, before anything is sent', async () => {
    const policy = { allowedHosts: null, allowedPorts: [server.port] };
    const { resolve } = answering(['127.0.0.1']);
    const url = `https://rebound.example.com:${server.port}/`;
    await expect(client(policy, { resolve }).open({ url, signal })).rejects.toMatchObject({
      code: 'ERR_HTTP_REFUSED',
      data: { reason: 'address', host: 'rebound.example.com' },
    });
    expect(requests).toEqual([]);
  });

  it('refuses a name that has a public address and a private one beside it', async () => {
    const { resolve } = answering(['8.8.8.8', '10.0.0.1'], ['8.8.8.8', '::ffff:127.0.0.1']);
    const both = client({ allowedHosts: null }, { resolve });
    for (let time = 0; time < 2; time += 1) {
      await expect(both.open({ url: 'https://two.example.com/', signal })).rejects.toMatchObject({
        code: 'ERR_HTTP_REFUSED',
      });
    }
  });

  it('checks again at each connection: DNS that turns to a metadata service gains nothing', async () => {
    const own = `http://turning.test:${server.port}`;
    const { resolve } = answering(['127.0.0.1'], ['169.254.169.254']);
    const turning = client({ allowedHosts: [], ownOrigins: [own] }, { resolve });
    (await turning.open({ url: own, signal })).body.resume();
    await expect(turning.open({ url: own, signal })).rejects.toMatchObject({
      code: 'ERR_HTTP_REFUSED',
    });
    expect(requests).toHaveLength(1);
  });

  it('treats a name without an address as refused', async () => {
    const { resolve } = answering([]);
    await expect(
      client({ allowedHosts: null }, { resolve }).open({
        url: 'https://none.example.com/',
        signal,
      }),
    ).rejects.toMatchObject({ code: 'ERR_HTTP_REFUSED' });
  });

  it('gives up on a host that is silent', async () => {
    const policy = { allowedHosts: [], ownOrigins: [server.origin] };
    const silent = client(policy, { idleTimeoutMs: 100 });
    await expect(silent.open({ url: `${server.origin}/silent`, signal })).rejects.toMatchObject({
      code: 'ERR_HTTP_UNAVAILABLE',
    });
  });

  it('goes by a proxy to listed hosts, and directly to own origins', async () => {
    const connects: string[] = [];
    const proxy = await startLoopbackServer(
      () => undefined,
      (target) => connects.push(target),
    );
    try {
      const policy = { allowedHosts: ['files.example.com'], ownOrigins: [server.origin] };
      const proxied = client(policy, { proxyUrl: proxy.origin, idleTimeoutMs: 300 });
      const own = await proxied.open({ url: `${server.origin}/own`, signal });
      own.body.resume();
      expect(own.status).toBe(200);
      await expect(
        proxied.open({ url: 'https://files.example.com/a', signal }),
      ).rejects.toMatchObject({ code: 'ERR_HTTP_UNAVAILABLE' });
      await expect(proxied.open({ url: 'https://10.0.0.1/', signal })).rejects.toMatchObject({
        code: 'ERR_HTTP_REFUSED',
      });
    } finally {
      await proxy.close();
    }
    // Its name, not an address: the proxy looks it up.
    expect(connects).toEqual(['files.example.com:443']);
  });

  it('does not accept a proxy where any host may be called', () => {
    expect(() =>
      createDispatcher({ policy: { allowedHosts: null }, idleTimeoutMs: 1, proxyUrl: 'http://p' }),
    ).toThrow(TypeError);
  });
});
