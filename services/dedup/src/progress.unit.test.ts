import type { ProcessorStatus, TaskStatus } from '@gemini-events/kafka/processor';
import { describe, expect, it } from 'vitest';
import { readiness, stalledTasks } from './progress.ts';

const task = (partition: number, more: Partial<TaskStatus> = {}): TaskStatus => ({
  partition,
  state: 'running',
  lag: 0,
  restored: 1,
  stalledMs: 0,
  ...more,
});
const status = (tasks: readonly TaskStatus[], more: Partial<ProcessorStatus> = {}) => ({
  joined: true,
  ready: true,
  tasks,
  ...more,
});

describe('readiness', () => {
  it('is not there before the group is joined', () => {
    const outside = status([], { joined: false, ready: false });
    expect(readiness(outside)).toEqual({ ok: false, detail: 'joining the group' });
  });

  it('is not there while a state is being restored, and says how far that is', () => {
    const tasks = [
      task(0),
      task(1, { state: 'restoring', restored: 0.25 }),
      task(2, { state: 'restoring', restored: 0.5 }),
    ];
    expect(readiness(status(tasks, { ready: false }))).toEqual({
      ok: false,
      detail: '3 partitions, 2 not running; restoring 2: 37 % read',
    });
  });

  it('is there when every partition runs, and with none at all', () => {
    expect(readiness(status([task(0), task(1, { lag: 10_000, stalledMs: 29_999 })]))).toEqual({
      ok: true,
      detail: '2 partitions, 0 not running',
    });
    expect(readiness(status([])).ok).toBe(true);
  });

  it('is not there when a partition makes no progress for 30 s, which is named', () => {
    const tasks = [task(0), task(7, { lag: 12, stalledMs: 30_000 })];
    expect(readiness(status(tasks))).toEqual({
      ok: false,
      detail: '2 partitions, 0 not running; partition 7 makes no progress for 30 s, lag 12',
    });
    expect(stalledTasks(status(tasks)).map(({ partition }) => partition)).toEqual([7]);
  });
});
