import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isoTime } from './iso-time.ts';

const MAX_TIME = 8.64e15;

it('is toISOString for every time, whatever came before', () => {
  const times = fc.oneof(
    fc.integer({ min: -MAX_TIME, max: MAX_TIME }),
    fc.integer({ min: 1_790_000_000_000, max: 1_790_200_000_000 }),
    fc.constantFrom(-1, 0, 86_399_999, 86_400_000),
  );
  fc.assert(
    fc.property(fc.array(times), (list) => {
      expect(list.map(isoTime)).toEqual(list.map((ms) => new Date(ms).toISOString()));
    }),
  );
});

it.each([Number.NaN, MAX_TIME + 1])('%d is no time', (ms) => {
  expect(() => isoTime(ms)).toThrow(RangeError);
});
