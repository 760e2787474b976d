import { expect, it } from 'vitest';
import { createRandom } from '../../random.ts';
import { FAULTS, planFaults } from './plan-faults.ts';

it('thirty faults hold every kind three or four times, in an order that the seed decides', () => {
  const faults = planFaults(0, 30, createRandom(1));
  expect(faults).toHaveLength(30);
  for (const kind of FAULTS) {
    expect([3, 4]).toContain(faults.filter((fault) => fault === kind).length);
  }
  expect(planFaults(0, 30, createRandom(1))).toEqual(faults);
  expect(planFaults(0, 30, createRandom(2))).not.toEqual(faults);
});

it('kills come on top', () => {
  const faults = planFaults(5, 8, createRandom(1));
  expect(faults.filter((fault) => fault === 'kill in an open transaction')).toHaveLength(6);
});

it('only the kinds that are wanted are planned', () => {
  expect(planFaults(0, 3, createRandom(1), ['kill'])).toEqual(['kill', 'kill', 'kill']);
});
