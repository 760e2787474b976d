import { describe, expect, it } from 'vitest';
import { checkHeaders } from './check-headers.ts';
import { readKeySet } from './jwks/read-key-set.ts';
import { partsOf, vectors } from './testing/vectors.ts';
import { mayBeJwt, verifyJwt } from './verify-jwt.ts';
import { verifyV1a } from './verify-v1a.ts';

const keys = readKeySet(vectors.jwks);

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
