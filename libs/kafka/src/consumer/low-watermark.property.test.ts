import { assert, integer, property, shuffledSubarray } from 'fast-check';
import { expect, it } from 'vitest';
import { createLowWatermark } from './low-watermark.ts';

it('the watermark never passes a record that is not finished, and passes all that are', () => {
  const permutation = integer({ min: 1, max: 40 }).chain((count) =>
    shuffledSubarray([...Array(count).keys()], { minLength: count }),
  );
  assert(
    property(permutation, (order) => {
      const watermark = createLowWatermark(order.length);
      const finished = new Set<number>();
      for (const index of order) {
        finished.add(index);
        const mark = watermark.finish(index);
        const gap = [...order.keys()].find((each) => !finished.has(each));
        expect(mark).toBe(gap ?? order.length);
      }
    }),
  );
});
