import { BridgeError } from '@gemini-events/events';
import { describe, expect, it, vi } from 'vitest';
import { lasting, lastingStore } from './lasting.ts';

/** A call that fails so often because Postgres is away, and then gives how often it was made. */
const failing = (times: number) => {
  const at: number[] = [];
  const call = async (): Promise<number> => {
    at.push(performance.now());
    if (at.length <= times) throw new BridgeError('ERR_POSTGRES_UNAVAILABLE', 'away');
    return at.length;
  };
  return { at, call };
};

describe('a call to Postgres', () => {
  it('is repeated while Postgres is away, less and less often', async () => {
    const { at, call } = failing(3);
    expect(await lasting(call, new AbortController().signal)).toBe(4);
    const waits = at.slice(1).map((time, index) => time - (at[index] as number));
    // A timer may be a millisecond early.
    expect(waits.map((wait, index) => wait >= 100 * 2 ** index - 2)).toEqual([true, true, true]);
  });

  it('is not repeated where Postgres has refused it', async () => {
    const refused = new BridgeError('ERR_POSTGRES_REFUSED', 'no');
    const call = vi.fn(() => Promise.reject(refused));
    await expect(lasting(call, new AbortController().signal)).rejects.toBe(refused);
    expect(call).toHaveBeenCalledTimes(1);
  });

  it('is not repeated any more when the process ends', async () => {
    const ending = new AbortController();
    const { at, call } = failing(1_000);
    setImmediate(() => ending.abort());
    await expect(lasting(call, ending.signal)).rejects.toThrow('abort');
    expect(at.length).toBeLessThanOrEqual(2);
  });

  it('is every call of a lasting store, with what it was given', async () => {
    const { call } = failing(1);
    const store = lastingStore(
      { add: async (a: number, b: number) => (await call()) + a + b },
      new AbortController().signal,
    );
    expect(await store.add(10, 20)).toBe(32);
  });
});
