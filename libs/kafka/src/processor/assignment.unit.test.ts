import { describe, expect, it } from 'vitest';
import { Assignment } from './assignment.ts';
import { PartitionTask } from './partition-task.ts';

const task = (): PartitionTask =>
  new PartitionTask(0, {
    restore: () => undefined,
    process: () => ({ output: [], changelog: [] }),
    commit: () => undefined,
    discard: () => undefined,
  });

describe('an assignment', () => {
  it('is ready when it is prepared and knows its generation, in either order', () => {
    const first = new Assignment('m', new Map());
    first.prepared();
    expect(first.isReady).toBe(false);
    first.learnGeneration('m', 3);
    expect(first.isReady).toBe(true);
    const second = new Assignment('m', new Map());
    second.learnGeneration('m', 3);
    expect(second.isReady).toBe(false);
    second.prepared();
    expect(second.isReady).toBe(true);
  });

  it('learns its generation although it is the one of the assignment before', () => {
    const former = new Assignment('m', new Map());
    former.learnGeneration('m', 7);
    former.lose();
    const assignment = new Assignment('m', new Map());
    assignment.prepared();
    assignment.learnGeneration('m', 7);
    expect(assignment.isReady).toBe(true);
  });

  it('gets over a heartbeat that tells a former generation, and over one of another member', () => {
    const assignment = new Assignment('m', new Map());
    assignment.learnGeneration('m', 6);
    assignment.learnGeneration('m', 7);
    assignment.learnGeneration('m', 6);
    assignment.learnGeneration('other', 9);
    expect(assignment.generation).toBe(7);
  });

  it('takes nothing after a failed transaction until it is prepared anew', async () => {
    const only = task();
    const assignment = new Assignment('m', new Map([[0, only]]));
    assignment.learnGeneration('m', 1);
    assignment.prepared();
    assignment.unprepare();
    expect([assignment.isReady, only.state]).toEqual([false, 'fencing']);
    const waiting = assignment.whenReady().then(() => assignment.isReady);
    assignment.prepared();
    expect(await waiting).toBe(true);
  });

  it('is prepared by one at a time', () => {
    const assignment = new Assignment('m', new Map());
    expect([assignment.beginPreparing(), assignment.beginPreparing()]).toEqual([true, false]);
    assignment.prepared();
    expect(assignment.beginPreparing()).toBe(true);
  });

  it('lets go of whoever waits when it is lost', async () => {
    const only = task();
    const assignment = new Assignment('m', new Map([[0, only]]));
    const waiting = assignment.whenReady();
    assignment.lose();
    await waiting;
    expect([assignment.isReady, only.state]).toEqual([false, 'lost']);
  });
});
