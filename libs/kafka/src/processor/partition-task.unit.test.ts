import { describe, expect, it } from 'vitest';
import { encodePayload } from '../wire/payload.ts';
import { RawRecord } from '../wire/raw-record.ts';
import { PartitionTask } from './partition-task.ts';
import { createDistinct } from './testing/distinct.ts';

const PAYLOAD = encodePayload({ key: null, value: Buffer.from('x') });

function chunk(from: number, count: number, next = from + count) {
  const records = Array.from({ length: count }, (_, at) => RawRecord.of(PAYLOAD, from + at, 0));
  return { records: () => records, next, bytes: Buffer.alloc(count * PAYLOAD.end) };
}

function runningTask(): PartitionTask {
  const task = new PartitionTask(0, createDistinct('out'), 0);
  task.beginAt(0);
  task.state = 'running';
  return task;
}

describe('a partition task', () => {
  it('takes whole chunks until it has enough, at least one, in order', () => {
    const task = runningTask();
    for (const from of [0, 10, 20]) task.add(chunk(from, 10), 30, 0);
    const first = task.take(11 * PAYLOAD.end);
    expect(first.records().map(({ offset }) => offset)).toEqual(
      Array.from({ length: 20 }, (_, at) => at),
    );
    expect(first.next).toBe(20);
    expect(task.bufferedBytes).toBe(10 * PAYLOAD.end);
    expect(task.take(1)).toMatchObject({ next: 30 });
    expect(task.isWaiting).toBe(false);
  });

  it('passes over what holds no record for it: markers, aborted transactions', () => {
    const task = runningTask();
    task.add(chunk(0, 0, 7), 7, 0);
    expect(task.isWaiting).toBe(true);
    const run = task.take(1);
    expect([run.records(), run.next]).toEqual([[], 7]);
  });

  it('does not wait for anything where a fetch gave nothing', () => {
    const task = runningTask();
    task.add(chunk(0, 0, 0), 0, 0);
    expect(task.isWaiting).toBe(false);
  });

  it('drops what was fetched when it begins anew', () => {
    const task = runningTask();
    task.add(chunk(0, 10), 30, 0);
    task.beginAt(3);
    expect(task).toMatchObject({
      isWaiting: false,
      bufferedBytes: 0,
      fetchPosition: 3,
      position: 3,
    });
  });

  it('tells its lag, and since when it has not moved although there was something to do', () => {
    const task = runningTask();
    task.add(chunk(0, 0, 0), 0, 1_000);
    expect([task.lag, task.stalledMs(9_000)]).toEqual([0, 0]);
    task.add(chunk(0, 10), 25, 10_000);
    expect([task.lag, task.stalledMs(10_000)]).toEqual([25, 0]);
    task.add(chunk(10, 10), 25, 11_000);
    expect(task.stalledMs(13_000)).toBe(3_000);
    task.committed(20, 13_500);
    expect([task.lag, task.stalledMs(14_000)]).toEqual([5, 500]);
    task.committed(25, 14_000);
    expect([task.lag, task.stalledMs(20_000)]).toEqual([0, 0]);
  });

  it('tells how much of the changelog it has read', () => {
    const task = new PartitionTask(0, createDistinct('out'), 0);
    expect(task.restored).toBe(0);
    task.state = 'restoring';
    task.changelogEnd = 200;
    task.changelogPosition = 50;
    expect(task.restored).toBe(0.25);
    task.state = 'running';
    expect(task.restored).toBe(1);
  });
});
