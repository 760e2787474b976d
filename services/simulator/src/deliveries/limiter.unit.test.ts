import { describe, expect, it } from 'vitest';
import { Limiter } from './limiter.ts';

/** Tasks that run until the test ends them. */
function createTasks(limiter: Limiter) {
  const started: number[] = [];
  const open = new Map<number, PromiseWithResolvers<string>>();
  return {
    started,
    run(id: number): Promise<string> {
      return limiter.run(() => {
        started.push(id);
        const task = Promise.withResolvers<string>();
        open.set(id, task);
        return task.promise;
      });
    },
    end: async (id: number): Promise<void> => {
      open.get(id)?.resolve(`ended ${id}`);
      await turn();
    },
    fail: (id: number): void => open.get(id)?.reject(new Error(`failed ${id}`)),
  };
}

/** Until all that can go on has gone on. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('the limiter', () => {
  it('runs no more than its limit at once, and the others in the order they came', async () => {
    const tasks = createTasks(new Limiter(2));
    const results = [1, 2, 3, 4].map((id) => tasks.run(id));
    await turn();
    expect(tasks.started).toEqual([1, 2]);
    await tasks.end(2);
    expect(tasks.started).toEqual([1, 2, 3]);
    await tasks.end(1);
    expect(tasks.started).toEqual([1, 2, 3, 4]);
    await tasks.end(3);
    await tasks.end(4);
    expect(await Promise.all(results)).toEqual(['ended 1', 'ended 2', 'ended 3', 'ended 4']);
  });

  it('lets nobody overtake those who wait', async () => {
    const tasks = createTasks(new Limiter(1));
    void tasks.run(1);
    void tasks.run(2);
    await tasks.end(1);
    void tasks.run(3);
    await turn();
    expect(tasks.started).toEqual([1, 2]);
  });

  it('keeps the order through thousands that wait', async () => {
    const limiter = new Limiter(3);
    const done: number[] = [];
    const all = Array.from({ length: 5_000 }, (_, index) => index);
    const task = async (index: number): Promise<void> => {
      done.push(index);
      await Promise.resolve();
    };
    await Promise.all(all.map((index) => limiter.run(() => task(index))));
    expect(done).toEqual(all);
  });

  it('gives the place on when a task fails, and passes the failure to its owner', async () => {
    const tasks = createTasks(new Limiter(1));
    const failing = tasks.run(1);
    void tasks.run(2);
    tasks.fail(1);
    await expect(failing).rejects.toThrow('failed 1');
    await turn();
    expect(tasks.started).toEqual([1, 2]);
  });

  it('waits at its close for what runs, and starts nothing of what waits or comes', async () => {
    const limiter = new Limiter(2);
    const tasks = createTasks(limiter);
    for (const id of [1, 2, 3]) void tasks.run(id);
    await turn();
    const closed: string[] = [];
    void limiter.close().then(() => closed.push('first'));
    void limiter.close().then(() => closed.push('second'));
    void tasks.run(4);
    await tasks.end(1);
    expect(closed).toEqual([]);
    await tasks.end(2);
    expect(closed.sort()).toEqual(['first', 'second']);
    expect(tasks.started).toEqual([1, 2]);
  });

  it('closes at once where nothing runs', async () => {
    const limiter = new Limiter(1);
    await limiter.run(() => Promise.resolve());
    await expect(limiter.close()).resolves.toBeUndefined();
  });
});
