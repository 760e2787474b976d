import { describe, expect, it } from 'vitest';
import { NO_TROUBLE } from '../testing/fixtures.ts';
import { createRandom } from '../util/random.ts';
import { planJob, planRun } from './plan-run.ts';

const range = { minDurationMs: 1, maxDurationMs: 9 };
const request = { jobs: { batch: 300, interaction: 300, video: 300 }, ...range };

describe('the plan of a run', () => {
  it('is another one for another seed', () => {
    const shares = { ...NO_TROUBLE, repeats: 0.5 };
    expect(planRun({ ...request, shares }, createRandom(1))).not.toEqual(
      planRun({ ...request, shares }, createRandom(2)),
    );
  });

  it('mixes the kinds instead of running one after the other', () => {
    const plan = planRun({ ...request, shares: NO_TROUBLE }, createRandom(1));
    const kinds = new Set(plan.slice(0, 20).map(({ kind }) => kind));
    expect(kinds).toEqual(new Set(['batch', 'interaction', 'video']));
  });

  it('lets each kind fail in its own ways', () => {
    const plan = planRun({ ...request, shares: { ...NO_TROUBLE, failures: 1 } }, createRandom(1));
    const ways = new Set(plan.map(({ kind, outcome }) => `${kind} ${outcome}`));
    expect([...ways].sort()).toEqual([
      'batch expired',
      'batch failed',
      'interaction failed',
      'video filtered',
    ]);
  });

  it('repeats some deliveries once, some twice, some three times', () => {
    const plan = planRun({ ...request, shares: { ...NO_TROUBLE, repeats: 1 } }, createRandom(1));
    expect(new Set(plan.map(({ extras }) => extras.repeats))).toEqual(new Set([1, 2, 3]));
  });
});

describe('the plan of one job', () => {
  it('has no trouble where all shares are zero, and all of it where they are one', () => {
    const all = {
      repeats: 1,
      forgeries: 1,
      stale: 1,
      malformed: 1,
      unknown: 1,
      failures: 0,
      requiresAction: 1,
    };
    expect(planJob('interaction', NO_TROUBLE, range, createRandom(1))).toMatchObject({
      outcome: 'succeeded',
      extras: { repeats: 0, forgery: null, stale: null, malformed: null, unknown: null },
    });
    const { outcome, extras } = planJob('interaction', all, range, createRandom(1));
    expect(outcome).toBe('requires_action');
    expect(extras.repeats).toBeGreaterThan(0);
    expect(Object.values(extras)).not.toContain(null);
  });

  it('lets only interactions wait for an answer', () => {
    const shares = { ...NO_TROUBLE, requiresAction: 1 };
    const outcomes = (['batch', 'video', 'interaction'] as const).map(
      (kind) => planJob(kind, shares, range, createRandom(1)).outcome,
    );
    expect(outcomes).toEqual(['succeeded', 'succeeded', 'requires_action']);
  });
});
