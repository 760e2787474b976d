import { describe, expect, it } from 'vitest';
import { createRandom } from '../random.ts';
import { type PlannedDelivery, planDeliveries } from './plan-deliveries.ts';

const COUNT = 20_000;
const planned = planDeliveries(COUNT, 4, 'run', createRandom(7), 0.005);
const byId = Map.groupBy(planned, ({ webhookId }) => webhookId);
const isPlain = (group: readonly PlannedDelivery[]): boolean =>
  group.every(({ kind }) => kind === 'event');

describe('the plan of a load', () => {
  it('is the same for the same seed', () => {
    expect(planDeliveries(COUNT, 4, 'run', createRandom(7), 0.005)).toEqual(planned);
    expect(planDeliveries(COUNT, 4, 'run', createRandom(8), 0.005)).not.toEqual(planned);
  });

  it('has the number of deliveries that was asked for, each id 1 to 5 times, all equally often', () => {
    expect(planned).toHaveLength(COUNT);
    const times = new Map<number, number>();
    const plain = [...byId.values()].filter(isPlain);
    for (const { length } of plain) times.set(length, (times.get(length) ?? 0) + 1);
    expect([...times.keys()].sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5]);
    for (const ids of times.values()) expect(ids / plain.length).toBeCloseTo(0.2, 1);
  });

  it('repeats near and far', () => {
    const places = new Map<string, number>();
    const distances: number[] = [];
    for (const [at, { webhookId }] of planned.entries()) {
      const before = places.get(webhookId);
      if (before !== undefined) distances.push(at - before);
      places.set(webhookId, at);
    }
    expect(distances.filter((distance) => distance < 200).length).toBeGreaterThan(COUNT / 10);
    expect(distances.filter((distance) => distance > COUNT / 10).length).toBeGreaterThan(
      COUNT / 20,
    );
  });

  it('has a small share of other kinds; what conflicts comes behind what it conflicts with', () => {
    const share = (kind: PlannedDelivery['kind']): number =>
      [...byId.values()].filter((group) => group.some((each) => each.kind === kind)).length /
      byId.size;
    expect(share('not JSON')).toBeCloseTo(0.005, 2);
    expect(share('conflict')).toBeGreaterThan(0.002);
    for (const group of byId.values()) {
      expect(group[0]?.kind).not.toBe('conflict');
      const [bodies, kinds] = [
        new Set(group.map(({ body }) => body)),
        new Set(group.map(({ kind }) => kind)),
      ];
      expect(bodies.size).toBe(kinds.size);
    }
  });

  it('has no repeats where none are wanted', () => {
    const once = planDeliveries(100, 0, 'run', createRandom(7));
    expect(new Set(once.map(({ webhookId }) => webhookId)).size).toBe(100);
    expect(once.every(({ kind }) => kind === 'event')).toBe(true);
  });
});
