import { describe, expect, it } from 'vitest';
import { type AttemptResult, HEALTHY, type LaneHealth, PROBED_FROM } from './attempt.ts';
import { decideAttempt } from './decide-attempt.ts';

const NOW = Date.parse('2026-11-26T12:00:00Z');
const HOUR_MS = 3_600_000;
const policy = { delaysMs: [5_000, 300_000], disableAfterMs: 120 * HOUR_MS };

const result = (kind: AttemptResult['kind'], afterMs: number | null = null): AttemptResult => ({
  kind,
  status: 200,
  error: null,
  afterMs,
  answer: '',
  startedAt: NOW,
  tookMs: 1,
});

const decide = (
  kind: AttemptResult['kind'],
  about: { step?: number; lane?: LaneHealth; afterMs?: number; random?: number } = {},
) =>
  decideAttempt(
    result(kind, about.afterMs ?? null),
    { step: about.step ?? 0, lane: about.lane ?? HEALTHY, now: NOW },
    policy,
    () => about.random ?? 0.5,
  );

const failing = (failures: number, sinceMs = 1_000): LaneHealth => ({
  failures,
  failingSince: NOW - sinceMs,
  closedUntil: 0,
});

describe('what follows from an attempt', () => {
  it('waits as the schedule says, a fifth longer or shorter, and gives up after its last wait', () => {
    expect(decide('failed')).toMatchObject({ state: 'waiting', step: 1, dueAt: NOW + 5_000 });
    expect(decide('failed', { step: 1 })).toMatchObject({ step: 2, dueAt: NOW + 300_000 });
    expect(decide('failed', { step: 1, random: 0 }).dueAt).toBe(NOW + 240_000);
    expect(decide('failed', { step: 1, random: 1 }).dueAt).toBe(NOW + 360_000);
    expect(decide('failed', { step: 2 })).toMatchObject({ state: 'failed', disable: null });
  });

  it('opens a lane by one success, however long it had failed', () => {
    expect(decide('delivered', { lane: failing(50) })).toMatchObject({
      state: 'delivered',
      lane: HEALTHY,
    });
  });

  it('closes a lane after five failures in a row, for longer with each, and never for hours', () => {
    const closedFor = (failures: number): number => {
      const { closedUntil } = decide('failed', { lane: failing(failures - 1) }).lane;
      return Math.max(0, closedUntil - NOW);
    };
    expect([4, PROBED_FROM, 6, 7, 20].map(closedFor)).toEqual([
      0, 30_000, 60_000, 120_000, 900_000,
    ]);
  });

  it('leaves a lane alone for as long as it asks, and the delivery with it', () => {
    const verdict = decide('throttled', { afterMs: 60_000 });
    expect(verdict.lane.closedUntil).toBe(NOW + 60_000);
    expect(verdict.dueAt).toBe(NOW + 60_000);
    expect(decide('throttled').lane.closedUntil).toBe(NOW + 5_000);
    // An attempt that began earlier does not open it.
    const lane = { ...failing(1), closedUntil: NOW + 90_000 };
    expect(decide('failed', { lane }).lane.closedUntil).toBe(NOW + 90_000);
  });

  it('switches off what is gone, and what has failed for five days without one success', () => {
    expect(decide('gone')).toMatchObject({ state: 'failed', disable: 'gone' });
    expect(decide('failed', { lane: failing(9, 119 * HOUR_MS) }).disable).toBeNull();
    expect(decide('failed', { lane: failing(9, 120 * HOUR_MS) })).toMatchObject({
      state: 'failed',
      disable: 'failing',
    });
  });

  it('gives a message up that is refused for what it is, and does not blame the lane', () => {
    expect(decide('refused')).toMatchObject({ state: 'failed', lane: HEALTHY, disable: null });
  });
});
