import { describe, expect, it } from 'vitest';
import { createFailureBudget, networkOf } from './failure-budget.ts';

function setUp(limit: number) {
  const clock = { ms: 0 };
  return { clock, budget: createFailureBudget({ limit, windowMs: 10_000, now: () => clock.ms }) };
}

const takeMany = (budget: ReturnType<typeof setUp>['budget'], address: string, times: number) =>
  Array.from({ length: times }, () => budget.take(address)).filter(Boolean).length;

describe('the budget of failed checks', () => {
  it('lets an address fail so often and no more within a window, and others not less', () => {
    const { clock, budget } = setUp(3);
    expect(takeMany(budget, '192.0.2.1', 10)).toBe(3);
    expect(takeMany(budget, '192.0.2.2', 10)).toBe(3);
    clock.ms = 9_999;
    expect(budget.take('192.0.2.1')).toBe(false);
    clock.ms = 10_000;
    expect(budget.take('192.0.2.1')).toBe(true);
  });

  it('does not count checks that succeeded', () => {
    const { budget } = setUp(3);
    for (let time = 0; time < 100; time += 1) {
      expect(budget.take('192.0.2.1')).toBe(true);
      budget.giveBack('192.0.2.1');
    }
  });

  it('counts a check when it begins: many at the same time cannot all slip through', () => {
    const { budget } = setUp(5);
    expect(takeMany(budget, '192.0.2.1', 1_000)).toBe(5);
  });

  it('counts a /64 of IPv6 as one sender', () => {
    const { budget } = setUp(3);
    const many = Array.from({ length: 50 }, (_, host) => budget.take(`2001:db8:1:2::${host}`));
    expect(many.filter(Boolean)).toHaveLength(3);
    expect(budget.take('2001:db8:1:3::1')).toBe(true);
  });

  it('remembers a bounded number of addresses; all further ones share one budget', () => {
    const { budget } = setUp(2);
    for (let at = 0; at < 10_000; at += 1) budget.take(`10.0.${at >> 8}.${at & 255}`);
    const later = Array.from({ length: 500 }, (_, at) =>
      budget.take(`10.9.${at >> 8}.${at & 255}`),
    );
    expect(later.filter(Boolean)).toHaveLength(2);
    expect(budget.take('10.0.0.0')).toBe(true);
  });
});

it.each([
  ['192.0.2.1', '192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:0db8:0001:0002::', '2001:db8:1:2'],
  ['2001:db8::1', '2001:db8:0:0'],
  ['::1', '0:0:0:0'],
  ['2001:DB8:A:B::1', '2001:db8:a:b'],
  ['fe80:0000:0000:0000:0000:0000:0000:0001', 'fe80:0:0:0'],
])('the network of %s is %s', (address, network) => {
  expect(networkOf(address)).toBe(network);
});
