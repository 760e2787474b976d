import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type SignedContent, signToken, signV1a } from '@gemini-events/webhooks';
import { Agent, request } from 'undici';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type IngressBed, openIngressBed } from '../kit/ingress-bed.ts';
import { type JwksServer, startJwksServer } from '../kit/jwks-server.ts';
import { signedHeaders } from '../kit/signed-headers.ts';

const stack = inject('stack');
const AUDIENCE = 'https://hooks.example.test/webhooks/gemini';
const known = generateKeyPairSync('ed25519');
const next = generateKeyPairSync('ed25519');
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });

describe('dynamic deliveries over HTTP, with their keys behind a URL', () => {
  let bed: IngressBed;
  let jwks: JwksServer;
  let env: NodeJS.ProcessEnv;
  const agent = new Agent({ connections: 32, pipelining: 1 });
  beforeAll(async () => {
    bed = await openIngressBed('jwks', stack);
    jwks = await startJwksServer([
      { kid: 'e1', key: known.publicKey },
      { kid: 'r1', key: rsa.publicKey },
    ]);
    const file = join(bed.dir, 'sources.yaml');
    writeFileSync(
      file,
      `sources: { default: { dynamic: { jwks_url: "${jwks.url}", schemes: [v1a, jwt], audience: "${AUDIENCE}" } } }`,
    );
    env = { SOURCES_FILE: file, INGRESS_MAX_FAILED_CHECKS: '1000000' };
  });
  afterAll(async () => {
    jwks.close();
    await agent?.close();
    await bed?.close();
  });

  const send = async (
    webhookId: string,
    sign: (content: SignedContent) => string,
  ): Promise<number> => {
    const rawBody = Buffer.from(`{"type":"batch.failed","data":{"id":"batches/${webhookId}"}}`);
    const answer = await request(bed.url, {
      method: 'POST',
      dispatcher: agent,
      body: rawBody,
      headers: signedHeaders(webhookId, rawBody, sign),
    });
    await answer.body.dump();
    return answer.statusCode;
  };
  const signedBy = (key: KeyObject, webhookId: string): Promise<number> =>
    send(webhookId, (content) => signV1a(key, content));
  const token = (kid: string, exp = Math.floor(Date.now() / 1_000) + 300): string =>
    signToken(rsa.privateKey, { aud: AUDIENCE, exp }, { kid });

  it('pass by known keys while 10,000 tokens of unknown keys cause no further fetch', async () => {
    const service = await bed.start(env);
    await expect.poll(() => signedBy(known.privateKey, 'msg_first')).toBe(202);
    expect(await send('msg_token', () => token('r1'))).toBe(202);
    expect(jwks.asked()).toBe(1);

    const [, claims = '', signature = ''] = token('x').split('.');
    const unknown = (kid: string): string => {
      const header = Buffer.from(JSON.stringify({ alg: 'RS256', kid })).toString('base64url');
      return `${header}.${claims}.${signature}`;
    };
    const statuses = new Map<number, number>();
    let sent = 0;
    const storm = async (): Promise<void> => {
      while (sent < 10_000) {
        sent += 1;
        const at = sent;
        const status = await send(`msg_${at}`, () => unknown(`k${at}`));
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }
    };
    const genuine: number[] = [];
    const storms = Promise.all(Array.from({ length: 24 }, storm));
    for (let at = 0; at < 50; at += 1) {
      genuine.push(await signedBy(known.privateKey, `msg_beside_${at}`));
    }
    await storms;
    expect([...statuses]).toEqual([[401, 10_000]]);
    expect(new Set(genuine)).toEqual(new Set([202]));
    // One cool-down is 30 s; the storm takes less.
    expect(jwks.asked()).toBeLessThanOrEqual(2);
    service.kill('SIGTERM');
    expect(await service.exited).toBe(0);
  });

  it.each(['refuses', 'hangs', 'rubbish', 'empty'] as const)(
    'pass by known keys after a start while the URL %s',
    async (mode) => {
      jwks.mode = mode;
      const service = await bed.start(env);
      const before = jwks.asked();
      expect(await signedBy(known.privateKey, `msg_${mode}`)).toBe(202);
      service.kill('SIGTERM');
      expect(await service.exited).toBe(0);
      expect(before).toBeGreaterThan(0);
    },
  );

  it('pass by a new key as soon as the URL has it, and by an old one no more when it is gone', async () => {
    jwks.mode = 'good';
    jwks.keys = [{ kid: 'e2', key: next.publicKey }];
    await bed.start(env);
    await expect.poll(() => signedBy(next.privateKey, 'msg_new')).toBe(202);
    expect(await signedBy(known.privateKey, 'msg_old')).toBe(401);
  });

  it('are answered 503 as long as keys were never there', async () => {
    jwks.mode = 'refuses';
    await bed.stop();
    await bed.start({ ...env, INGRESS_STATE_DIR: join(bed.dir, 'empty') });
    expect(await signedBy(known.privateKey, 'msg_never')).toBe(503);
    jwks.mode = 'good';
    jwks.keys = [{ kid: 'e1', key: known.publicKey }];
    await expect
      .poll(() => signedBy(known.privateKey, 'msg_there'), { timeout: 8_000, interval: 200 })
      .toBe(202);
  });
});
