import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { signV1a } from './sign-v1a.ts';
import { mayBeV1a, verifyV1a } from './verify-v1a.ts';

const pairs = Array.from({ length: 3 }, () => generateKeyPairSync('ed25519'));
const keys = pairs.map(({ publicKey }) => publicKey);

const content = fc.record({
  webhookId: fc.stringMatching(/^[\x21-\x2d\x2f-\x7e]{1,40}$/),
  timestamp: fc.stringMatching(/^[1-9]\d{9}$/),
  rawBody: fc.uint8Array({ maxLength: 200 }),
});

it('what any key of the set signed is genuine, and the key is told', () => {
  fc.assert(
    fc.property(content, fc.integer({ min: 0, max: 2 }), (given, which) => {
      const pair = pairs[which];
      if (pair === undefined) throw new Error('no such key');
      const signature = signV1a(pair.privateKey, given);
      expect(verifyV1a(keys, given, signature)).toBe(pair.publicKey);
      expect(verifyV1a([...keys].reverse(), given, `v1,AAAA ${signature}`)).toBe(pair.publicKey);
    }),
    { numRuns: 50 },
  );
});

it('any change of one byte of body, id, timestamp or signature is refused', () => {
  const change = fc.record({
    part: fc.constantFrom('rawBody', 'webhookId', 'timestamp', 'signature'),
    at: fc.nat(),
    flip: fc.integer({ min: 1, max: 255 }),
  });
  fc.assert(
    fc.property(content, change, (given, { part, at, flip }) => {
      const pair = pairs[0];
      if (pair === undefined) throw new Error('no such key');
      const original = { ...given, signature: signV1a(pair.privateKey, given) };
      const before =
        part === 'rawBody'
          ? Buffer.from(given.rawBody)
          : Buffer.from(original[part as 'signature'], 'latin1');
      fc.pre(before.length > 0);
      const index = at % before.length;
      before[index] = (before[index] ?? 0) ^ flip;
      const changed = {
        ...original,
        [part]: part === 'rawBody' ? before : before.toString('latin1'),
      };
      expect(verifyV1a(keys, changed, changed.signature)).toBeNull();
    }),
    { numRuns: 300 },
  );
});

it('nothing that cannot be a signature costs a check', () => {
  fc.assert(
    fc.property(fc.string(), (header) => {
      fc.pre(!header.includes('v1a,'));
      expect(mayBeV1a(header)).toBe(false);
    }),
  );
  expect(mayBeV1a(`v1a,${'A'.repeat(86)}==`)).toBe(true);
  expect(mayBeV1a(`v1a,${'A'.repeat(85)}B==`)).toBe(false);
});
