import { expect, it } from 'vitest';
import { sumOf } from './read-metrics.ts';

const TEXT = `# HELP a_total help
# TYPE a_total counter
a_total{outcome="x",source="one"} 3
a_total{outcome="x",source="two"} 4
a_total{outcome="y",source="one"} 5
a_total_other 100
b_total 7
`;

it('a counter is summed over the samples that have the labels, and no other counter', () => {
  expect(sumOf(TEXT, 'a_total')).toBe(12);
  expect(sumOf(TEXT, 'a_total', { outcome: 'x' })).toBe(7);
  expect(sumOf(TEXT, 'b_total')).toBe(7);
  expect(sumOf(TEXT, 'c_total')).toBe(0);
});
