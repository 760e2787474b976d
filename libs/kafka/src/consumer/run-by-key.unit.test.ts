import { describe, expect, it, vi } from 'vitest';
import { runByKey } from './run-by-key.ts';
import { createSlots } from './slots.ts';

interface Item {
  readonly key: string | null;
  readonly id: number;
}
const item = (key: string | null, id: number): Item => ({ key, id });

/** Runs items; `progress` collects what may be committed. */
function start(
  items: readonly Item[],
  options: {
    readonly work: (item: Item) => Promise<void>;
    readonly limit?: number;
    readonly shouldStop?: () => boolean;
    readonly afterFailure?: (error: unknown, failures: number) => Promise<void>;
  },
) {
  const progress: number[] = [];
  const running = runByKey(items, {
    keyOf: ({ key }) => key,
    slots: createSlots(options.limit ?? 16),
    shouldStop: options.shouldStop ?? (() => false),
    work: options.work,
    afterFailure: options.afterFailure ?? (async () => {}),
    onProgress: (done) => progress.push(done),
  });
  return { running, progress };
}

describe('records of a batch', () => {
  it('of one key run one after the other, of different keys side by side', async () => {
    const events: string[] = [];
    const gates = new Map<number, () => void>();
    const { running, progress } = start([item('a', 0), item('b', 1), item('a', 2)], {
      work: ({ id }) => {
        events.push(`start ${id}`);
        return new Promise((resolve) => {
          gates.set(id, () => {
            events.push(`end ${id}`);
            resolve();
          });
        });
      },
    });
    await vi.waitFor(() => expect(events).toEqual(['start 0', 'start 1']));
    gates.get(0)?.();
    await vi.waitFor(() => expect(events).toEqual(['start 0', 'start 1', 'end 0', 'start 2']));
    gates.get(2)?.();
    gates.get(1)?.();
    await running;
    expect(progress.at(-1)).toBe(3);
  });

  it('never run more than the limit at a time', async () => {
    let active = 0;
    let most = 0;
    const items = Array.from({ length: 20 }, (_, id) => item(null, id));
    const { running } = start(items, {
      limit: 3,
      work: async () => {
        active += 1;
        most = Math.max(most, active);
        await Promise.resolve();
        active -= 1;
      },
    });
    await running;
    expect(most).toBe(3);
  });

  it('without a key have no order to keep', async () => {
    let active = 0;
    const both = Promise.withResolvers<void>();
    const { running, progress } = start([item(null, 0), item(null, 1)], {
      work: () => {
        active += 1;
        if (active === 2) both.resolve();
        return both.promise;
      },
    });
    await running;
    expect(progress.at(-1)).toBe(2);
  });

  it('that fail are run again, block their key alone, and are never skipped', async () => {
    const ran: number[] = [];
    const pauses: number[] = [];
    const release = Promise.withResolvers<void>();
    const { running, progress } = start([item('a', 0), item('a', 1), item('b', 2)], {
      work: async ({ id }) => {
        ran.push(id);
        if (id === 0 && pauses.length < 2) throw new Error('no');
      },
      afterFailure: async (_, failures) => {
        pauses.push(failures);
        if (failures === 2) await release.promise;
      },
    });
    await vi.waitFor(() => expect(pauses).toEqual([1, 2]));
    expect(ran).not.toContain(1);
    expect(progress).toEqual([]);
    release.resolve();
    await running;
    expect(ran.filter((id) => id === 0)).toHaveLength(3);
    expect(progress.at(-1)).toBe(3);
  });

  it('are left alone once told to stop, and what runs is finished', async () => {
    let stop = false;
    const ran: number[] = [];
    const { running, progress } = start([item('a', 0), item('a', 1)], {
      shouldStop: () => stop,
      work: async ({ id }) => {
        ran.push(id);
        stop = true;
      },
    });
    await running;
    expect(ran).toEqual([0]);
    expect(progress).toEqual([1]);
  });

  it('that let go because they were told to stop are neither done nor a failure', async () => {
    let stop = false;
    const failed = vi.fn<() => Promise<void>>();
    const { running, progress } = start([item('a', 0)], {
      shouldStop: () => stop,
      afterFailure: failed,
      work: async () => {
        stop = true;
        throw new Error('aborted');
      },
    });
    await running;
    expect(failed).not.toHaveBeenCalled();
    expect(progress).toEqual([]);
  });
});
