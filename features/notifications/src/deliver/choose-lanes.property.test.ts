import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PROBED_FROM } from './attempt.ts';
import { chooseLanes, type LaneLoad } from './choose-lanes.ts';

const load = fc.record({
  inFlight: fc.nat(10),
  failures: fc.nat(8),
  maxConcurrent: fc.integer({ min: 1, max: 12 }),
  tokens: fc.nat(20),
});
const situation = fc.record({
  lanes: fc
    .array(load, { maxLength: 30 })
    .map((all) => all.map((each, at): LaneLoad => ({ id: `lane-${at}`, ...each }))),
  slots: fc.integer({ min: 4, max: 64 }),
  used: fc.nat(64),
  failingUsed: fc.nat(16),
});

describe('slots that are shared among lanes', () => {
  it('never goes beyond a limit of the whole, of a lane, or of those that fail', () => {
    fc.assert(
      fc.property(situation, ({ lanes, slots, used, failingUsed }) => {
        const budget = Math.floor(slots / 4);
        const chosen = chooseLanes(
          lanes,
          { all: slots, failing: budget },
          { all: used, failing: failingUsed },
        );
        const byId = new Map(lanes.map((each) => [each.id, each]));
        let all = 0;
        let failing = 0;
        for (const { lane, free } of chosen) {
          const { inFlight, failures, maxConcurrent, tokens } = byId.get(lane) as LaneLoad;
          expect(free).toBeGreaterThan(0);
          expect(free).toBeLessThanOrEqual(tokens);
          expect(inFlight + free).toBeLessThanOrEqual(failures >= PROBED_FROM ? 1 : maxConcurrent);
          all += free;
          if (failures > 0) failing += free;
        }
        expect(all).toBeLessThanOrEqual(Math.max(0, slots - used));
        expect(failing).toBeLessThanOrEqual(Math.max(0, budget - failingUsed));
      }),
    );
  });

  it('gives every healthy lane one before any has a second', () => {
    const lane = (id: string): LaneLoad => ({
      id,
      inFlight: 0,
      failures: 0,
      maxConcurrent: 100,
      tokens: 100,
    });
    const chosen = chooseLanes(
      [lane('a'), lane('b'), lane('c')],
      { all: 4, failing: 1 },
      { all: 0, failing: 0 },
    );
    expect(chosen).toEqual([
      { lane: 'a', free: 2 },
      { lane: 'b', free: 1 },
      { lane: 'c', free: 1 },
    ]);
  });

  it('leaves healthy lanes three quarters, however many fail', () => {
    const failing = Array.from(
      { length: 100 },
      (_, at): LaneLoad => ({
        id: `dead-${at}`,
        inFlight: 0,
        failures: 2,
        maxConcurrent: 8,
        tokens: 100,
      }),
    );
    const healthy: LaneLoad = { ...failing[0]!, id: 'healthy', failures: 0, maxConcurrent: 64 };
    const chosen = chooseLanes(
      [...failing, healthy],
      { all: 64, failing: 16 },
      { all: 0, failing: 0 },
    );
    expect(chosen.find(({ lane }) => lane === 'healthy')?.free).toBe(48);
  });
});
