import { createSecretKey } from 'node:crypto';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { checkHeaders } from './check-headers.ts';
import { signV1 } from './sign.ts';
import { createV1Verifier } from './verify-v1.ts';

const SECRET = Buffer.alloc(32, 7);
const NOW = 1_777_896_000;
const key = createSecretKey(SECRET);
const verifyV1 = createV1Verifier([createSecretKey(Buffer.alloc(32, 8)), key]);
const oracle = new Webhook(SECRET.toString('base64'));

const delivery = fc.record({
  webhookId: fc.stringMatching(/^[\x21-\x2d\x2f-\x7e]{1,40}$/),
  timestamp: fc.integer({ min: NOW - 300, max: NOW + 300 }).map(String),
  body: fc.string({ unit: 'binary', minLength: 1 }),
});
type Delivery = { webhookId: string; timestamp: string; rawBody: Buffer; signature: string };

function ours(given: Delivery): boolean {
  return checkHeaders(given, NOW) === null && verifyV1(given, given.signature);
}

function theirs(given: Delivery): boolean {
  try {
    oracle.verify(given.rawBody, {
      'webhook-id': given.webhookId,
      'webhook-timestamp': given.timestamp,
      'webhook-signature': given.signature,
    });
    return true;
  } catch (error) {
    // It parses the body after it verified it; what it cannot parse was still genuine.
    return error instanceof SyntaxError;
  }
}

function signed({
  webhookId,
  timestamp,
  body,
}: {
  webhookId: string;
  timestamp: string;
  body: string;
}): Delivery {
  const rawBody = Buffer.from(body);
  return {
    webhookId,
    timestamp,
    rawBody,
    signature: signV1(key, { webhookId, timestamp, rawBody }),
  };
}

beforeAll(() => vi.useFakeTimers({ now: NOW * 1000 }));
afterAll(() => vi.useRealTimers());

it('what was signed is genuine, for us and for the standardwebhooks package', () => {
  fc.assert(
    fc.property(delivery, (given) => {
      expect(ours(signed(given))).toBe(true);
      expect(theirs(signed(given))).toBe(true);
    }),
  );
});

it('any change of one byte of body, id, timestamp or signature is refused', () => {
  const change = fc.record({
    part: fc.constantFrom('rawBody', 'webhookId', 'timestamp', 'signature') as fc.Arbitrary<
      keyof Delivery
    >,
    at: fc.nat(),
    flip: fc.integer({ min: 1, max: 255 }),
  });
  fc.assert(
    fc.property(delivery, change, (given, { part, at, flip }) => {
      const original = signed(given);
      const before = part === 'rawBody' ? original.rawBody.toString('latin1') : original[part];
      const bytes = Buffer.from(before, 'latin1');
      const index = at % bytes.length;
      bytes[index] = (bytes[index] ?? 0) ^ flip;
      const changed = {
        ...original,
        [part]: part === 'rawBody' ? bytes : bytes.toString('latin1'),
      };
      expect(ours(changed)).toBe(false);
    }),
    { numRuns: 500 },
  );
});

it('our verdict on any signature header is that of the standardwebhooks package', () => {
  const entry = fc.oneof(
    fc.constant('genuine'),
    fc.constantFrom('v1,', 'v1', '', 'v2,AAAA', 'v1,AAAA'),
    fc
      .uint8Array({ minLength: 31, maxLength: 33 })
      .map((bytes) => `v1,${Buffer.from(bytes).toString('base64')}`),
  );
  fc.assert(
    fc.property(delivery, fc.array(entry, { minLength: 1, maxLength: 10 }), (given, entries) => {
      const original = signed(given);
      const signature = entries
        .map((each) => (each === 'genuine' ? original.signature : each))
        .join(' ');
      const changed = { ...original, signature };
      expect(ours(changed)).toBe(theirs(changed));
    }),
  );
});
