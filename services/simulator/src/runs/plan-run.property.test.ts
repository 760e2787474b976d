import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eventType } from '../events/event-type.ts';
import type { Shares } from '../shares.ts';
import { createRandom } from '../util/random.ts';
import { NO_EXTRAS } from './extras.ts';
import { type PlannedJob, planRun } from './plan-run.ts';

const share = fc.oneof(fc.constant(0), fc.constant(1), fc.double({ min: 0, max: 1, noNaN: true }));
const requests = fc.record({
  jobs: fc.record({ batch: fc.nat(60), interaction: fc.nat(60), video: fc.nat(60) }),
  shares: fc.record<Shares>({
    repeats: share,
    forgeries: share,
    stale: share,
    malformed: share,
    unknown: share,
    failures: share,
    requiresAction: share,
  }),
  minDurationMs: fc.integer({ min: 1, max: 50 }),
  maxDurationMs: fc.integer({ min: 50, max: 90 }),
});
const seeds = fc.nat(0xffff_ffff);

const fires = ({ kind, outcome }: PlannedJob): boolean => eventType(kind, outcome) !== null;
const hasFailed = ({ outcome }: PlannedJob): boolean =>
  ['failed', 'expired', 'filtered'].includes(outcome);

/** Rounded, but at least one where the share is not zero. */
function shareOf(among: number, share: number): number {
  return share === 0 || among === 0 ? 0 : Math.max(1, Math.round(among * share));
}

describe('the plan of a run', () => {
  it('is the same for the same seed', () => {
    fc.assert(
      fc.property(requests, seeds, (request, seed) => {
        const plan = planRun(request, createRandom(seed));
        expect(planRun(request, createRandom(seed))).toEqual(plan);
      }),
    );
  });

  it('holds as many jobs of each kind as were asked for, of durations within the limits', () => {
    fc.assert(
      fc.property(requests, seeds, (request, seed) => {
        const plan = planRun(request, createRandom(seed));
        const counts = { batch: 0, interaction: 0, video: 0 };
        for (const { kind, durationMs } of plan) {
          counts[kind] += 1;
          expect(durationMs).toBeGreaterThanOrEqual(request.minDurationMs);
          expect(durationMs).toBeLessThanOrEqual(request.maxDurationMs);
          expect(Number.isInteger(durationMs)).toBe(true);
        }
        expect(counts).toEqual(request.jobs);
      }),
    );
  });

  it('gives extras only to jobs whose end fires an event', () => {
    fc.assert(
      fc.property(requests, seeds, (request, seed) => {
        const silent = planRun(request, createRandom(seed)).filter((job) => !fires(job));
        expect(silent.filter(({ extras }) => extras !== NO_EXTRAS)).toEqual([]);
      }),
    );
  });

  it('has as much of each trouble as its share says', () => {
    fc.assert(
      fc.property(requests, seeds, (request, seed) => {
        const { shares } = request;
        const plan = planRun(request, createRandom(seed));
        const count = (has: (job: PlannedJob) => boolean): number => plan.filter(has).length;
        const firing = count(fires);
        const askable = count((job) => job.kind === 'interaction' && !hasFailed(job));
        expect({
          failures: count(hasFailed),
          requiresAction: count(({ outcome }) => outcome === 'requires_action'),
          repeats: count(({ extras }) => extras.repeats > 0),
          forgeries: count(({ extras }) => extras.forgery !== null),
          stale: count(({ extras }) => extras.stale !== null),
          malformed: count(({ extras }) => extras.malformed !== null),
          unknown: count(({ extras }) => extras.unknown !== null),
        }).toEqual({
          failures: shareOf(plan.length, shares.failures),
          requiresAction: shareOf(askable, shares.requiresAction),
          repeats: shareOf(firing, shares.repeats),
          forgeries: shareOf(firing, shares.forgeries),
          stale: shareOf(firing, shares.stale),
          malformed: shareOf(firing, shares.malformed),
          unknown: shareOf(firing, shares.unknown),
        });
      }),
    );
  });

  it('has each kind of trouble however small it is, where all shares are above zero', () => {
    const jobs = { batch: 4, interaction: 4, video: 2 };
    const tiny = 0.001;
    const shares = {
      repeats: tiny,
      forgeries: tiny,
      stale: tiny,
      malformed: tiny,
      unknown: tiny,
      failures: tiny,
      requiresAction: tiny,
    };
    fc.assert(
      fc.property(seeds, (seed) => {
        const request = { jobs, shares, minDurationMs: 1, maxDurationMs: 2 };
        const plan = planRun(request, createRandom(seed));
        expect(plan.filter(hasFailed)).toHaveLength(1);
        expect(plan.filter(({ outcome }) => outcome === 'requires_action')).toHaveLength(1);
        for (const name of ['forgery', 'stale', 'malformed', 'unknown'] as const) {
          expect(plan.filter(({ extras }) => extras[name] !== null)).toHaveLength(1);
        }
        expect(plan.filter(({ extras }) => extras.repeats > 0)).toHaveLength(1);
      }),
    );
  });
});
