import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createFailureBudget, networkOf } from './failure-budget.ts';

const LIMIT = 5;
const WINDOW_MS = 10_000;
const address = fc.oneof(
  fc.constantFrom('192.0.2.1', '192.0.2.2', '2001:db8::1', '2001:db8::2', '2001:db8:0:1::1'),
  fc.ipV4(),
  fc.ipV6(),
);

it('no network fails more often than the limit within any window, and one that is below it never waits', () => {
  const step = fc.record({ address, afterMs: fc.nat(3_000), succeeds: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
      let now = 0;
      const budget = createFailureBudget({ limit: LIMIT, windowMs: WINDOW_MS, now: () => now });
      let windowEndsAt = Number.NEGATIVE_INFINITY;
      let failed = new Map<string, number>();
      for (const each of steps) {
        now += each.afterMs;
        if (now >= windowEndsAt) {
          failed = new Map();
          windowEndsAt = now + WINDOW_MS;
        }
        const network = networkOf(each.address);
        const before = failed.get(network) ?? 0;
        expect(budget.take(each.address)).toBe(before < LIMIT);
        if (before >= LIMIT) continue;
        if (each.succeeds) budget.giveBack(each.address);
        else failed.set(network, before + 1);
      }
    }),
  );
});

it('every spelling of an IPv6 address is of one network', () => {
  const groups = fc.array(fc.nat(0xffff), { minLength: 8, maxLength: 8 });
  fc.assert(
    fc.property(groups, fc.nat(7), fc.nat(8), (numbers, from, length) => {
      const zeroed = numbers.map((each, at) => (at >= from && at < from + length ? 0 : each));
      const hex = zeroed.map((each) => each.toString(16));
      const padded = hex.map((each) => each.padStart(4, '0').toUpperCase()).join(':');
      const to = Math.min(from + length, 8);
      const short =
        length === 0
          ? hex.join(':')
          : `${hex.slice(0, from).join(':')}::${hex.slice(to).join(':')}`;
      expect(networkOf(short)).toBe(networkOf(padded));
      expect(networkOf(padded)).toBe(hex.slice(0, 4).join(':'));
    }),
  );
});
