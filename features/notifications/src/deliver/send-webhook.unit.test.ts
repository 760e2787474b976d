import type { RequestListener } from 'node:http';
import { createDispatcher, createHttpClient, type OutgoingPolicy } from '@gemini-events/http';
import { REFUSED_URLS, startLoopbackServer } from '@gemini-events/http/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { makeSecret, readSigningKey } from '../keys/signing-keys.ts';
import { createWebhookSender } from './send-webhook.ts';

const signal = new AbortController().signal;
const keys = [readSigningKey('v1', makeSecret('v1').secret)];
const closers: (() => Promise<void>)[] = [];
afterEach(() => Promise.all(closers.splice(0).map((close) => close())));

async function serve(answer: RequestListener): Promise<string> {
  const server = await startLoopbackServer(answer);
  closers.push(() => server.close());
  return server.origin;
}

/** @param addresses what the name of the endpoint is found to be, call by call */
function senderTo(policy: OutgoingPolicy, addresses: readonly string[] = []) {
  const left = [...addresses];
  const dispatcher = createDispatcher({
    policy,
    idleTimeoutMs: 500,
    ...(addresses.length === 0
      ? {}
      : {
          resolve: (_host, callback) =>
            callback(null, [{ address: left.shift() ?? '127.0.0.1', family: 4 }]),
        }),
  });
  const http = createHttpClient({ policy, dispatcher, totalTimeoutMs: 500 });
  closers.push(() => http.close());
  const isOwn = (origin: string) => (policy.ownOrigins ?? []).includes(origin);
  const sender = createWebhookSender({ http, isOwn, now: Date.now });
  return (url: string) => sender.send({ url, messageId: 'msg_1', body: '{}', keys, signal });
}

describe('one attempt', () => {
  it('is refused where the name turns to a private address after the endpoint was verified', async () => {
    const send = senderTo({ allowedHosts: null }, ['127.0.0.1', '169.254.169.254', '10.0.0.1']);
    for (let call = 0; call < 3; call += 1) {
      expect(await send('https://hooks.example.com/x')).toMatchObject({
        status: null,
        error: 'ERR_HTTP_REFUSED',
        kept: '',
      });
    }
  });

  it.each(REFUSED_URLS)('is refused for %s: %s', async (url) => {
    const answer = await senderTo({ allowedHosts: null })(url);
    expect(answer).toMatchObject({ status: null, error: 'ERR_HTTP_REFUSED', kept: '' });
  });

  it('keeps nothing of what an address of our own network answers', async () => {
    const origin = await serve((_, response) => response.writeHead(500).end('inside'));
    const answer = await senderTo({ allowedHosts: null, ownOrigins: [origin] })(`${origin}/x`);
    expect(answer).toMatchObject({ status: 500, kept: '' });
  });

  it('ends in time where no answer comes, or one that never ends', async () => {
    const silent = await serve(() => undefined);
    const endless = await serve((_, response) => {
      response.writeHead(200).write('a');
    });
    const send = senderTo({ allowedHosts: null, ownOrigins: [silent, endless] });
    expect(await send(silent)).toMatchObject({ status: null, error: 'ERR_HTTP_UNAVAILABLE' });
    expect(await send(endless)).toMatchObject({ status: 200, error: null });
  });

  it('reads no more than the beginning of an answer', async () => {
    const origin = await serve((_, response) => response.writeHead(200).end('x'.repeat(1e6)));
    const answer = await senderTo({ allowedHosts: null, ownOrigins: [origin] })(origin);
    expect(answer.status).toBe(200);
    expect(answer.head.length).toBeLessThanOrEqual(1_024);
  });
});
