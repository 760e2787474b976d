import { describe, expect, it } from 'vitest';
import { runByKey } from './run-by-key.ts';

interface Item {
  readonly key: string | null;
  readonly id: number;
}
const item = (key: string | null, id: number): Item => ({ key, id });
const keyOf = ({ key }: Item) => key;

describe('records of a batch', () => {
  it('of one key run one after the other, of different keys side by side', async () => {
    const events: string[] = [];
    const gates = new Map<number, () => void>();
    const items = [item('a', 0), item('b', 1), item('a', 2)];
    const running = runByKey(items, {
      keyOf,
      limit: 4,
      shouldStop: () => false,
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
    expect(events).toEqual(['start 0', 'start 1']);
    gates.get(0)?.();
    await Promise.resolve();
    await Promise.resolve();
    expect(events).toEqual(['start 0', 'start 1', 'end 0', 'start 2']);
    gates.get(1)?.();
    gates.get(2)?.();
    expect(await running).toEqual({ done: 3, failure: undefined });
  });

  it('never run more than the limit at a time', async () => {
    let running = 0;
    let most = 0;
    const items = Array.from({ length: 20 }, (_, id) => item(null, id));
    await runByKey(items, {
      keyOf,
      limit: 3,
      shouldStop: () => false,
      work: async () => {
        running += 1;
        most = Math.max(most, running);
        await Promise.resolve();
        running -= 1;
      },
    });
    expect(most).toBe(3);
  });

  it('may be committed up to the first one that is not done', async () => {
    const failure = new Error('no');
    const items = [item('a', 0), item('b', 1), item('c', 2)];
    const result = await runByKey(items, {
      keyOf,
      limit: 3,
      shouldStop: () => false,
      work: async ({ id }) => {
        if (id === 1) throw failure;
      },
    });
    expect(result).toEqual({ done: 1, failure });
  });

  it('are left alone when the group is joined anew, and what runs is finished', async () => {
    let stop = false;
    const result = await runByKey([item('a', 0), item('a', 1)], {
      keyOf,
      limit: 1,
      shouldStop: () => stop,
      work: async () => {
        stop = true;
      },
    });
    expect(result).toEqual({ done: 1, failure: undefined });
  });
});
