import { describe, expect, it } from 'vitest';
import { createThrottle, mostAtOnce } from './throttle.ts';

describe('the rate of a replay', () => {
  it('is held over portions of any size', async () => {
    let now = 0;
    const wait = async (milliseconds: number): Promise<void> => {
      now += milliseconds;
    };
    const pass = createThrottle(100, { now: () => now, wait });
    let sent = 0;
    for (const records of [25, 25, 1, 49, 100, 25]) {
      await pass(records);
      // What was sent before this portion took its time.
      expect(now).toBeGreaterThanOrEqual((sent / 100) * 1_000);
      sent += records;
    }
    expect(now).toBe(2_000);
  });

  it('keeps transactions as small as a quarter of a second', () => {
    expect([null, 1, 100, 1_000_000].map(mostAtOnce)).toEqual([5_000, 1, 25, 5_000]);
  });
});
