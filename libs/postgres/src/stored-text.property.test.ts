import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fromText, toId, toText } from './stored-text.ts';

const awkward = fc.string({ unit: fc.constantFrom('\0', '\\', '0', 'a', '\n', 'ü', '𝄞') });

it('any text comes back as it was, and Postgres takes it', () => {
  fc.assert(
    fc.property(awkward, (value) => {
      expect(toText(value)).not.toContain('\0');
      expect(fromText(toText(value))).toBe(value);
    }),
  );
});

it('different ids stay different, and none is too long for an index', () => {
  const long = fc.tuple(awkward, fc.integer({ min: 0, max: 900 })).map(([end, length]) => {
    return `${'x'.repeat(length)}${end}`;
  });
  fc.assert(
    fc.property(long, long, (one, other) => {
      expect(toId(one) === toId(other)).toBe(one === other);
      expect(Buffer.byteLength(toId(one))).toBeLessThanOrEqual(512);
    }),
  );
});
