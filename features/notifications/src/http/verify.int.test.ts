import type { RequestListener } from 'node:http';
import { createDispatcher, createHttpClient } from '@gemini-events/http';
import { type LoopbackServer, startLoopbackServer } from '@gemini-events/http/testing';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { createWebhookSender } from '../deliver/send-webhook.ts';
import { type ApiBed, makeApiBed } from './testing/api-bed.ts';

interface Challenge {
  readonly type: string;
  readonly schema_version: number;
  readonly data: { readonly challenge: string };
}
/** Status, headers and text that the receiver answers a challenge with. */
type Reply = (challenge: string) => [number, Record<string, string>, string];

let bed: ApiBed;
let receiver: LoopbackServer;
let elsewhere: LoopbackServer;
let token: string;
let reply: Reply;
let secret = '';
const received: { readonly path: string; readonly id: string; readonly body: Challenge }[] = [];

const answer: RequestListener = (request, response) => {
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => parts.push(part));
  request.on('end', () => {
    const text = Buffer.concat(parts).toString();
    const headers = request.headers as Record<string, string>;
    // Throws where the signature is wrong, and the request is never answered then.
    const body = new Webhook(secret).verify(text, headers) as Challenge;
    received.push({ path: request.url ?? '', id: headers['webhook-id'] ?? '', body });
    const [status, more, answered] = reply(body.data.challenge);
    response.writeHead(status, more).end(answered);
  });
};

beforeAll(async () => {
  bed = await makeApiBed(inject('stack').databaseUrl);
  receiver = await startLoopbackServer(answer);
  elsewhere = await startLoopbackServer((_request, response) => response.end('never'));
});
beforeEach(async () => {
  await bed.clear();
  token = await bed.makeToken('acme');
  received.length = 0;
});
afterAll(async () => {
  await Promise.all([receiver.close(), elsewhere.close()]);
  await bed.drop();
});

/** The API with the sender that deliveries have. */
function makeApp(ownOrigins: readonly string[] = [receiver.origin]) {
  const policy = { allowedHosts: null, ownOrigins };
  const http = createHttpClient({
    policy,
    dispatcher: createDispatcher({ policy, idleTimeoutMs: 2_000 }),
    totalTimeoutMs: 2_000,
  });
  // All of it is our own network, of which nothing may be kept: it is compared all the same.
  const sender = createWebhookSender({ http, isOwn: () => true, now: Date.now });
  return bed.makeApp({ sender, checkUrl: () => undefined });
}

async function register(app: ReturnType<typeof makeApp>, url: string): Promise<string> {
  const { body } = await bed.call(token, 'POST', '/v1/endpoints', { url }, app);
  const created = body as { endpoint: { id: string }; secret: { secret: string } };
  secret = created.secret.secret;
  return created.endpoint.id;
}

const verify = (app: ReturnType<typeof makeApp>, id: string) =>
  bed.call(token, 'POST', `/v1/endpoints/${id}/verify`, undefined, app);

describe('an endpoint is verified', () => {
  it.each<[string, Reply]>([
    ['as JSON', (challenge) => [200, {}, JSON.stringify({ challenge })]],
    [
      'as JSON with more beside it',
      (challenge) => [201, {}, ` {"ok":true,"challenge":"${challenge}"}\n`],
    ],
    ['as text', (challenge) => [200, {}, `${challenge}\n`]],
  ])('by answering the signed challenge %s', async (_, how) => {
    const app = makeApp();
    const id = await register(app, `${receiver.origin}/hook`);
    reply = how;
    const verified = await verify(app, id);
    expect(verified).toMatchObject({
      status: 200,
      body: { state: 'active', disabled_reason: null },
    });
    expect(received).toMatchObject([
      { path: '/hook', body: { type: 'endpoint.verification', schema_version: 1 } },
    ]);
    expect(received[0]?.id).toMatch(/^msg_ver_[0-9a-f]{24}$/);
    expect(received[0]?.body.data.challenge).toMatch(/^[A-Za-z0-9_-]{43}$/);
  });
});

describe('an endpoint is not verified', () => {
  it.each<[string, Reply, string]>([
    ['anything else', () => [200, {}, 'private words'], 'status 200, without the challenge'],
    ['nothing', () => [204, {}, ''], 'status 204, without the challenge'],
    [
      'another challenge',
      () => [200, {}, '{"challenge":"x"}'],
      'status 200, without the challenge',
    ],
    [
      'it inside of something',
      (challenge) => [200, {}, `<p>${challenge}</p>`],
      'status 200, without the challenge',
    ],
    ['it with an error', (challenge) => [500, {}, challenge], 'status 500'],
    [
      'it beyond the first bytes',
      (challenge) => [200, {}, `${' '.repeat(2_000)}${challenge}`],
      'status 200, without the challenge',
    ],
  ])('by answering %s', async (_, how, detail) => {
    const app = makeApp();
    const id = await register(app, `${receiver.origin}/hook`);
    reply = how;
    const answered = await verify(app, id);
    expect(answered).toMatchObject({ status: 422, body: { code: 'not_verified', detail } });
    expect(JSON.stringify(answered.body)).not.toContain('private words');
    expect(await bed.parts.endpoints.find(null, id)).toMatchObject({ state: 'unverified' });
  });

  it('by a redirect, which is not followed', async () => {
    const app = makeApp([receiver.origin, elsewhere.origin]);
    const id = await register(app, `${receiver.origin}/hook`);
    reply = () => [307, { location: `${elsewhere.origin}/` }, ''];
    expect((await verify(app, id)).body).toMatchObject({ detail: 'status 307' });
  });

  it('where its address may not be called, which is asked at the call and not only before', async () => {
    const app = makeApp([]);
    const id = await register(app, `${receiver.origin}/hook`);
    expect((await verify(app, id)).body).toMatchObject({ detail: 'no answer (ERR_HTTP_REFUSED)' });
    expect(received).toEqual([]);
  });

  it('where nobody answers', async () => {
    const gone = await startLoopbackServer(() => undefined);
    await gone.close();
    const app = makeApp([gone.origin]);
    const id = await register(app, `${gone.origin}/hook`);
    const detail = 'no answer (ERR_HTTP_UNAVAILABLE)';
    expect((await verify(app, id)).body).toMatchObject({ detail });
  });

  it('by an answer of the URL that it had when the challenge was sent', async () => {
    const id = (await bed.makeEndpoint('acme')).id;
    const app = bed.makeApp({
      sender: {
        async send({ body }) {
          await bed.parts.endpoints.update(id, { url: 'https://elsewhere.example.com/' });
          const { challenge } = (JSON.parse(body) as Challenge).data;
          const about = { error: null, retryAfterMs: null, kept: '', startedAt: 0, tookMs: 0 };
          return { status: 200, head: challenge, ...about };
        },
      },
    });
    expect((await verify(app, id)).body).toMatchObject({ code: 'not_verified' });
    expect(await bed.parts.endpoints.find(null, id)).toMatchObject({ state: 'unverified' });
  });

  it('more than five times a minute, and an owner’s endpoints not more than twenty', async () => {
    bed.answerWith(() => ({ status: 500 }));
    const app = bed.makeApp();
    const ids = await Promise.all(
      Array.from({ length: 5 }, async () => (await bed.makeEndpoint('acme')).id),
    );
    const codes = new Map<number, number>();
    for (const id of ids) {
      for (let count = 0; count < 6; count += 1) {
        bed.pass(-1_000);
        const { status, headers } = await verify(app, id);
        codes.set(status, (codes.get(status) ?? 0) + 1);
        expect(Number(headers.get('retry-after')) > 0).toBe(status === 429);
      }
    }
    expect(codes).toEqual(
      new Map([
        [422, 20],
        [429, 10],
      ]),
    );
    bed.pass(60_000);
    expect((await verify(app, ids[0] ?? '')).status).toBe(422);
  });
});
