import { expect, it } from 'vitest';
import { fingerprintOf } from './fingerprint.ts';

it.each([
  ['batches/b1 is not to be found', 'batches/b2-x_9 is not to be found'],
  ['answered 503 after 12 ms', 'answered 500 after 7 ms'],
  ['no row "a b"', "no row 'c'"],
  ['https://a.example/x?y=1 refused', 'https://b.example refused'],
  [
    'job 3f2504e0-4f89-11d3-9a0c-0305e82c3301 is gone',
    'job 6ba7b810-9dad-11d1-80b4-00c04fd430c8 is gone',
  ],
])('failures of one cause have one fingerprint: %s', (one, other) => {
  expect(fingerprintOf('E', one)).toBe(fingerprintOf('E', other));
  expect(fingerprintOf('E', one)).toMatch(/^[0-9a-f]{8}$/);
});

it('failures of several causes have several', () => {
  const all = [
    ['E', 'the quota is used up'],
    ['E', 'the store is full'],
    ['F', 'the store is full'],
  ] as const;
  expect(new Set(all.map(([code, message]) => fingerprintOf(code, message))).size).toBe(3);
});
