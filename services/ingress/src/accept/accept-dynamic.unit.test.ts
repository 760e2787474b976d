import { hash } from 'node:crypto';
import { BridgeError, type ComposedValue } from '@gemini-events/events';
import type { ProducerRecord } from '@gemini-events/kafka/producer';
import { makeOwnerTag, OWNER_TAG_FIELD } from '@gemini-events/webhooks';
import { describe, expect, it } from 'vitest';
import type { Proof, Source, Verification } from '../sources/source.ts';
import { createDeliveryAcceptor } from './accept-delivery.ts';

const NOW_MS = 1_780_000_000_000;
const OWNER_KEY = 'an owner key of at least 32 letters';
const TOKEN = 'aaaa.bbbb.cccc';
const V1A: Proof = { scheme: 'v1a', trust: 'unproven' };
const V1: Proof = { scheme: 'v1', trust: 'project' };
const JWT: Proof = {
  scheme: 'jwt',
  trust: 'unproven',
  signature: `sha256,${hash('sha256', TOKEN)}`,
  isUnbound: true,
};

/** Takes one delivery of a dynamic source whose verification ends as told. */
async function accept(
  verification: Verification | Promise<Verification> | (() => Promise<Verification>),
  options: { readonly body?: string; readonly ownerKey?: string | null } = {},
) {
  const contents: ComposedValue[] = [];
  const records: ProducerRecord[] = [];
  const failures: unknown[] = [];
  const source: Source = {
    name: 'tenant-a',
    labels: {},
    isDynamic: true,
    ownerKey: options.ownerKey === undefined ? OWNER_KEY : options.ownerKey,
    verify: () => (typeof verification === 'function' ? verification() : verification),
  };
  const acceptor = createDeliveryAcceptor({
    sources: () => new Map([['tenant-a', source]]),
    topic: 't',
    encoder: () => (content) => {
      contents.push(content);
      return Buffer.from(JSON.stringify(content));
    },
    producer: {
      publish: (record) => {
        records.push(record);
        return Promise.resolve();
      },
    },
    now: () => NOW_MS,
    events: {
      acknowledged: () => undefined,
      clockSkew: () => undefined,
      failed: (cause) => failures.push(cause),
    },
  });
  const headers = {
    id: 'msg_1',
    timestamp: String(NOW_MS / 1_000),
    signature: TOKEN,
    traceparent: '',
  };
  const opened = acceptor.open('tenant-a', headers, () => '192.0.2.1');
  if (!('opened' in opened)) throw new Error(`was ${opened.verdict}`);
  const body = Buffer.from(options.body ?? bodyWith({}));
  const pending = acceptor.accept(opened.opened, body);
  // The server takes the buffer back as soon as `accept` returns.
  body.fill(0);
  return { verdict: await pending, content: contents[0], record: records[0], failures };
}

const bodyWith = (metadata: object): string =>
  JSON.stringify({
    type: 'batch.succeeded',
    data: { id: 'batches/1', user_metadata: metadata },
  });
const tag = (key = OWNER_KEY) => ({ [OWNER_TAG_FIELD]: makeOwnerTag(key, 'a-random-job-key') });

describe('the trust of an event', () => {
  it.each([
    ['is "tagged" where v1a covers our own tag', V1A, tag(), OWNER_KEY, 'tagged'],
    ['is "unproven" where there is no tag', V1A, {}, OWNER_KEY, 'unproven'],
    [
      'is "unproven" where somebody else made the tag',
      V1A,
      tag('x'.repeat(32)),
      OWNER_KEY,
      'unproven',
    ],
    ['is "unproven" where we have no owner key', V1A, tag(), null, 'unproven'],
    [
      'is "unproven" under a token, whose body nobody signed, with any tag',
      JWT,
      tag(),
      OWNER_KEY,
      'unproven',
    ],
    ['is "project" under our own secret, with any tag', V1, tag(), OWNER_KEY, 'project'],
  ])('%s', async (_, proof, metadata, ownerKey, trust) => {
    const { content, verdict } = await accept({ proof }, { body: bodyWith(metadata), ownerKey });
    expect(verdict.verdict).toBe('accepted');
    expect(content?.value).toMatchObject({ trust });
  });
});

describe('a delivery with a token', () => {
  it('is told apart by its body, and its record holds the digest of the token alone', async () => {
    const body = bodyWith({});
    const { record, content } = await accept(Promise.resolve({ proof: JWT }), { body });
    const digest = hash('sha256', body).slice(0, 32);
    expect(record?.headers).toMatchObject({
      'gemini-scheme': 'jwt',
      'gemini-body-digest': digest,
      'gemini-dedup-key': digest,
      'webhook-signature': JWT.signature,
    });
    expect(JSON.stringify([record, content])).not.toContain(TOKEN);
  });

  it('whose token came with another body before goes to quarantine, answered 2xx', async () => {
    const { record, verdict, content } = await accept({
      proof: { ...JWT, quarantine: 'token_reused' },
    });
    expect(verdict).toEqual({ verdict: 'accepted', scheme: 'jwt', type: 'quarantine' });
    expect(content).toMatchObject({
      name: 'QuarantinedDelivery',
      value: {
        reason: 'token_reused',
        type: 'batch.succeeded',
      },
    });
    expect(record?.headers).toMatchObject({
      'gemini-route': 'quarantine',
      'webhook-signature': JWT.signature,
    });
    expect(JSON.stringify([record, content])).not.toContain(TOKEN);
  });
});

describe('a delivery whose check has to wait', () => {
  it('is published with the body that came, although the server has taken it back', async () => {
    const body = bodyWith({ a: 'b' });
    const { content } = await accept(Promise.resolve({ proof: V1A }), { body });
    expect(content?.value).toMatchObject({ payload: body });
  });

  it.each([
    [
      'was forged',
      { refused: 'signature_wrong' },
      { verdict: 'refused', reason: 'signature_wrong' },
    ],
    [
      'came too often',
      { refused: 'too_many_failures' },
      { verdict: 'refused', reason: 'too_many_failures' },
    ],
    ['cannot be told yet', { unavailable: 'keys' }, { verdict: 'unavailable', reason: 'keys' }],
    ['finds no room', { unavailable: 'overload' }, { verdict: 'unavailable', reason: 'overload' }],
  ] as const)('and %s is not published', async (_, verification, verdict) => {
    for (const each of [verification, Promise.resolve(verification)]) {
      const found = await accept(each);
      expect([found.verdict, found.record]).toEqual([verdict, undefined]);
    }
  });

  it.each([
    [
      'at once',
      () => {
        throw new TypeError('broken');
      },
    ],
    ['later', () => Promise.reject<Verification>(new TypeError('broken'))],
  ])('and breaks the check %s shall come again, and is told', async (_, verification) => {
    const { verdict, record, failures } = await accept(verification);
    expect(verdict).toEqual({ verdict: 'unavailable', reason: 'internal' });
    expect([record, failures]).toEqual([undefined, [new TypeError('broken')]]);
    expect(failures[0]).not.toBeInstanceOf(BridgeError);
  });
});
