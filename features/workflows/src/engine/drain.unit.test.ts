import { describe, expect, it } from 'vitest';
import { createDrain } from './drain.ts';

describe('the end of a process', () => {
  it('begins no step any more', async () => {
    const drain = createDrain();
    expect(drain.begin()).toBeTypeOf('function');
    const ended = drain.run(10);
    expect(drain.begin()).toBeNull();
    await ended;
    expect(drain.begin()).toBeNull();
  });

  it('waits for the steps that are under way, and aborts nothing of them', async () => {
    const drain = createDrain();
    const [first, second] = [drain.begin(), drain.begin()];
    let isOver = false;
    const ended = drain.run(60_000).then(() => {
      isOver = true;
    });
    first?.();
    await new Promise(setImmediate);
    expect([isOver, drain.ending.aborted]).toEqual([false, false]);
    second?.();
    await ended;
    expect(drain.ending.aborted).toBe(true);
  });

  it('aborts what has not ended in time', async () => {
    const drain = createDrain();
    drain.begin();
    await drain.run(15);
    expect(drain.ending.aborted).toBe(true);
  });
});
