import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { LaunchRequest } from './launch-order.ts';
import { requestDigest } from './request-digest.ts';

/** The same value with the fields of all its objects in another order. */
function turned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(turned);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, one]) => [name, turned(one)]),
  );
}

/** Without a negative zero, which JSON does not tell from zero. */
const json = fc
  .json()
  .map((text) => JSON.parse(text, (_, one: unknown) => (one === 0 ? 0 : one)) as unknown);
const digestOf = (input: unknown): string =>
  requestDigest({ kind: 'interaction', input } as LaunchRequest);

it('the digest of a request is that of its content, whatever the order of its fields', () => {
  fc.assert(
    fc.property(json, json, (one, other) => {
      expect(digestOf(one)).toMatch(/^[0-9a-f]{64}$/);
      expect(digestOf(turned(one))).toBe(digestOf(one));
      expect(digestOf(one) === digestOf(other)).toBe(isDeepStrictEqual(one, other));
    }),
  );
});
