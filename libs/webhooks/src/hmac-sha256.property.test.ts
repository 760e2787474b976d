import { createHmac, createSecretKey } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createHmacSha256 } from './hmac-sha256.ts';

const bytes = (minLength: number, maxLength: number) => fc.uint8Array({ minLength, maxLength });

it('is the HMAC of node:crypto for every key, text and body, one after the other', () => {
  const content = fc.tuple(fc.string({ unit: 'binary', maxLength: 300 }), bytes(0, 9_000));
  fc.assert(
    fc.property(bytes(1, 100), fc.array(content, { maxLength: 4 }), (secret, contents) => {
      const key = createSecretKey(secret);
      const hmac = createHmacSha256(key);
      for (const [prefix, body] of contents) {
        const expected = createHmac('sha256', key).update(prefix).update(body).digest('base64');
        expect(hmac(prefix, body)).toBe(expected);
      }
    }),
  );
});
