import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { checkHeaders } from './check-headers.ts';
import { readKeySet } from './jwks/read-key-set.ts';
import { mayBeJwt, verifyJwt } from './verify-jwt.ts';
import { verifyV1a } from './verify-v1a.ts';

interface Vectors {
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
const keys = readKeySet(vectors.jwks);

function partsOf(vector: Vectors['cases'][number]) {
  const lower = Object.fromEntries(
    Object.entries(vector.headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const headers = {
    webhookId: lower['webhook-id'] ?? '',
    timestamp: lower['webhook-timestamp'] ?? '',
    signature: lower['webhook-signature'] ?? '',
  };
  return { headers, content: { ...headers, rawBody: Buffer.from(vector.body_base64, 'base64') } };
}

describe('dynamic deliveries of the shared vectors', () => {
  it.each(vectors.cases.filter(({ source }) => source === 'dynamic'))(
    '$name: $expect',
    (vector) => {
      const { headers, content } = partsOf(vector);
      const genuine =
        checkHeaders(headers, vector.now) === null &&
        verifyV1a(keys?.ed25519 ?? [], content, headers.signature) !== null;
      expect(genuine ? 'accepted' : 'rejected').toBe(vector.expect);
    },
  );

  it.each(vectors.cases.filter(({ source }) => source === 'dynamic-jwt'))(
    '$name: $expect',
    async (vector) => {
      const { headers } = partsOf(vector);
      const verdict = await verifyJwt(keys?.rsa ?? new Map(), headers.signature, {
        audience: vectors.audience,
        nowSeconds: vector.now,
      });
      const genuine =
        checkHeaders(headers, vector.now) === null && mayBeJwt(headers.signature) && verdict.ok;
      expect(genuine ? 'accepted' : 'rejected').toBe(vector.expect);
    },
  );
});
