import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createScheduler } from './scheduler.ts';

describe('the scheduler', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('does work when its time has come, once', () => {
    const done: string[] = [];
    const scheduler = createScheduler();
    scheduler.after(20, () => done.push('late'));
    scheduler.after(10, () => done.push('early'));
    vi.advanceTimersByTime(9);
    expect(done).toEqual([]);
    vi.advanceTimersByTime(1_000);
    expect(done).toEqual(['early', 'late']);
  });

  it('does nothing any more once it is closed, neither what waits nor what comes', () => {
    const done: string[] = [];
    const scheduler = createScheduler();
    scheduler.after(10, () => done.push('waiting'));
    scheduler.close();
    scheduler.after(10, () => done.push('new'));
    expect(vi.getTimerCount()).toBe(0);
    vi.advanceTimersByTime(1_000);
    expect(done).toEqual([]);
  });
});
