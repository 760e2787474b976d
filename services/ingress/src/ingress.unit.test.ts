import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { BridgeError, type ComposedValue } from '@gemini-events/events';
import type { ProducerRecord, RecordProducer } from '@gemini-events/kafka/producer';
import { createLogger, createMetrics } from '@gemini-events/service';
import { createJwksCache, parseSecret, signV1 } from '@gemini-events/webhooks';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Verdict } from './accept/verdict.ts';
import { createIngress, type Ingress } from './ingress.ts';
import { createIngressEvents } from './internal-events.ts';
import { dynamicSource } from './sources/dynamic-source.ts';
import { createFailureBudget } from './sources/failure-budget.ts';
import type { Sources } from './sources/source.ts';
import { staticSource } from './sources/static-source.ts';
import { createTokenMemory } from './sources/token-memory.ts';
import { createWaitingRoom } from './sources/waiting-room.ts';

interface Vectors {
  readonly secrets: readonly string[];
  readonly audience: string;
  readonly jwks: object;
  readonly cases: readonly {
    readonly name: string;
    readonly source: string;
    readonly expect: 'accepted' | 'rejected';
    readonly now: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body_base64: string;
  }[];
}

const file = new URL('../../../test/vectors/deliveries.json', import.meta.url);
const vectors = JSON.parse(readFileSync(file, 'utf8')) as Vectors;
const cases = vectors.cases;
const PATHS: Readonly<Record<string, string>> = {
  static: '/webhooks/gemini',
  dynamic: '/webhooks/gemini/dynamic',
  'dynamic-jwt': '/webhooks/gemini/dynamic-jwt',
};

/** node:http sends headers as they are, an empty value and any case included. */
function send(
  port: number,
  headers: Readonly<Record<string, string>>,
  body: Buffer,
  path = '/webhooks/gemini',
): Promise<{ status: number; retryAfter: string | undefined; text: string }> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { host: '127.0.0.1', port, path, method: 'POST', headers },
      (response) => {
        let text = '';
        response.on('data', (chunk) => (text += String(chunk)));
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            retryAfter: response.headers['retry-after'],
            text,
          }),
        );
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** The three sources that the vectors speak of. */
async function vectorSources(): Promise<Sources> {
  const keys = vectors.secrets.map((text) => {
    const parsed = parseSecret(text);
    if (!parsed.ok) throw new Error(parsed.fault);
    return parsed.key;
  });
  const jwks = createJwksCache({
    fetchDocument: () => Promise.resolve(vectors.jwks),
    shelf: { load: () => Promise.resolve(null), save: () => Promise.resolve() },
    events: { refreshed: () => undefined, failed: () => undefined },
    now: () => 0,
    schedule: () => () => undefined,
  });
  await jwks.start();
  const common = {
    labels: {},
    secrets: [],
    ownerKey: null,
    jwks,
    budget: createFailureBudget({ limit: 100, windowMs: 10_000, now: () => 0 }),
    tokens: createTokenMemory(),
    room: createWaitingRoom(1_000_000),
  };
  return new Map([
    ['default', staticSource('default', keys)],
    [
      'dynamic',
      dynamicSource({ ...common, name: 'dynamic', schemes: new Set(['v1a']), audience: null }),
    ],
    [
      'dynamic-jwt',
      dynamicSource({
        ...common,
        name: 'dynamic-jwt',
        schemes: new Set(['jwt']),
        audience: vectors.audience,
      }),
    ],
  ]);
}

describe('the ingress over HTTP', () => {
  let ingress: Ingress;
  let now = 0;
  let published: ProducerRecord[] = [];
  let publish: RecordProducer['publish'];
  let encode: ((content: ComposedValue) => Buffer) | null;
  let verdicts: Verdict[] = [];

  const producer: RecordProducer = {
    publish: (record) => publish(record),
    close: () => Promise.resolve(),
    inFlightBytes: 0,
    status: () => ({ ok: true, detail: 'connected' }),
  };

  beforeAll(async () => {
    const sources = await vectorSources();
    ingress = await createIngress({
      host: '127.0.0.1',
      port: 0,
      maxBodyBytes: 262_144,
      maxInFlightBytes: 1_000_000,
      trustedProxies: { includes: () => false, toJSON: () => [] },
      tls: null,
      sources: () => sources,
      topic: 'gemini.deliveries',
      encoder: () => encode,
      producer,
      now: () => now,
      random: () => 0,
      events: {
        ...createIngressEvents(createLogger('ingress', 'fatal'), createMetrics()),
        verdict: (_source, verdict) => verdicts.push(verdict),
      },
    });
  });
  afterAll(() => ingress?.stop());

  beforeEach(() => {
    published = [];
    verdicts = [];
    encode = (content) => Buffer.from(content.name);
    publish = (record) => {
      published.push(record);
      return Promise.resolve();
    };
  });

  it('knows the cases of all three sources', () => {
    expect(cases.length).toBeGreaterThanOrEqual(60);
    expect(new Set(cases.map(({ source }) => source))).toEqual(new Set(Object.keys(PATHS)));
  });

  it.each(cases)('answers the vector "$name" as $expect', async (vector) => {
    now = vector.now * 1_000;
    const body = Buffer.from(vector.body_base64, 'base64');
    const { status } = await send(ingress.port, vector.headers, body, PATHS[vector.source]);
    const allowed = vector.expect === 'accepted' ? [202] : [400, 401];
    expect(allowed).toContain(status);
    expect(published).toHaveLength(vector.expect === 'accepted' ? 1 : 0);
  });

  describe('a genuine delivery', () => {
    const body = Buffer.from('{"type":"batch.succeeded","data":{"id":"batches/1"}}');
    const genuine = (
      more: Readonly<Record<string, string>> = {},
    ): Promise<{
      status: number;
      retryAfter: string | undefined;
      text: string;
    }> => {
      now = 1_780_000_000_000;
      const timestamp = '1780000000';
      const secret = parseSecret(vectors.secrets[0] ?? '');
      if (!secret.ok) throw new Error(secret.fault);
      const signature = signV1(secret.key, { webhookId: 'msg_1', timestamp, rawBody: body });
      const headers = {
        'webhook-id': 'msg_1',
        'webhook-timestamp': timestamp,
        'webhook-signature': signature,
        ...more,
      };
      return send(ingress.port, headers, body);
    };

    it.each([
      [
        'goes on with the trace of its sender',
        `00-${'ab'.repeat(16)}-${'cd'.repeat(8)}-01`,
        /^00-(ab){16}-[0-9a-f]{16}-01$/,
      ],
      ['begins a trace where the sender gives none', '', /^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/],
      [
        'begins a trace where what the sender gives is none',
        '00-zz',
        /^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/,
      ],
    ])('%s', async (_, traceparent, expected) => {
      await genuine(traceparent === '' ? {} : { traceparent });
      expect(published[0]?.headers['traceparent']).toMatch(expected);
      expect(published[0]?.headers['traceparent']).not.toBe(traceparent);
    });

    it('is published under its resource, with the headers of the contract', async () => {
      await genuine();
      expect(published).toHaveLength(1);
      expect(published[0]).toMatchObject({ topic: 'gemini.deliveries', key: 'batches/1' });
      expect(published[0]?.value.toString()).toBe('BatchEvent');
      expect(published[0]?.headers).toMatchObject({
        'webhook-id': 'msg_1',
        'gemini-source': 'default',
        'gemini-scheme': 'v1',
        'gemini-route': 'batch',
        'gemini-body-digest': expect.stringMatching(/^[0-9a-f]{32}$/) as string,
        ce_id: 'msg_1',
        ce_subject: 'batches/1',
      });
    });

    it('is not answered before the record is acknowledged', async () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      publish = (record) => {
        published.push(record);
        return promise;
      };
      const steps: string[] = [];
      const answer = genuine().finally(() => steps.push('answered'));
      await vi.waitUntil(() => published.length === 1);
      // Another request goes all the way meanwhile: an early answer would be here by then.
      await send(ingress.port, {}, Buffer.alloc(0));
      steps.push('acknowledged');
      resolve();
      expect((await answer).status).toBe(202);
      expect(steps).toEqual(['acknowledged', 'answered']);
    });

    it('is answered 503 with Retry-After when Kafka does not acknowledge', async () => {
      publish = () => Promise.reject(new BridgeError('ERR_KAFKA_UNAVAILABLE', 'away'));
      const { status, retryAfter, text } = await genuine();
      expect([status, retryAfter]).toEqual([503, '1']);
      expect(JSON.parse(text)).toMatchObject({ status: 503, code: 'ERR_INGRESS_UNAVAILABLE' });
    });

    it('is answered 503 while the schema ids are not known', async () => {
      encode = null;
      expect((await genuine()).status).toBe(503);
      expect([published.length, ingress.ready().ok]).toEqual([0, false]);
    });

    it('is answered 503, not lost silently, when encoding fails', async () => {
      encode = () => {
        throw new TypeError('no such field');
      };
      expect((await genuine()).status).toBe(503);
      expect(verdicts).toEqual([{ verdict: 'unavailable', reason: 'internal' }]);
    });
  });
});
