import { describe, expect, it } from 'vitest';
import type { PartitionRecords } from '../transactions/split-rounds.ts';
import type { ConsumedOffsets } from '../transactions/transactional-producer.ts';
import { encodePayload } from '../wire/payload.ts';
import { RawRecord } from '../wire/raw-record.ts';
import { PartitionTask } from './partition-task.ts';
import { runTransactions } from './run-transactions.ts';
import { createDistinct } from './testing/distinct.ts';

interface Committed {
  readonly shares: readonly PartitionRecords[];
  readonly next: ReadonlyMap<number, number>;
}

/** A bench without a broker: what is given to it waits to be taken, what is committed is kept. */
function bench(partitions: number) {
  const tasks = Array.from({ length: partitions }, (_, partition) => {
    const task = new PartitionTask(partition, createDistinct('out'), 0);
    task.beginAt(0);
    task.state = 'running';
    return task;
  });
  let arrival = Promise.withResolvers<void>();
  const fetcher = {
    arrived: () => arrival.promise,
    lookedAt: () => {
      arrival = Promise.withResolvers();
    },
    taken: () => undefined,
  };
  const commits: Committed[] = [];
  let fate: Error | null = null;
  let holding = Promise.resolve();
  const producer = {
    async commit(shares: readonly PartitionRecords[], { next }: ConsumedOffsets) {
      await holding;
      if (fate !== null) throw fate;
      commits.push({ shares, next });
      return new Map(
        shares.map(({ topic, partition, records }) => [
          `${topic}-${partition}`,
          records.length - 1,
        ]),
      );
    },
  };
  const drain = new AbortController();
  const running = runTransactions(producer, tasks, fetcher, {
    changelogTopic: 'changelog',
    consumed: { groupId: 'g', generation: 1, memberId: 'm', topic: 'in' },
    drain: drain.signal,
    lost: new AbortController().signal,
    now: () => 0,
    onCommitted: () => undefined,
  });
  return {
    tasks,
    commits,
    running,
    drain: () => {
      drain.abort();
      arrival.resolve();
    },
    failWith: (error: Error) => {
      fate = error;
    },
    hold: () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      holding = promise;
      return resolve;
    },
    give: (partition: number, values: readonly string[]) => {
      const task = tasks[partition];
      if (task === undefined) throw new Error('no such partition');
      const from = task.fetchPosition;
      const records = values.map((value, at) => {
        const payload = encodePayload({ key: null, value: Buffer.from(value) });
        return RawRecord.of(payload, from + at, 100 + at);
      });
      const next = from + values.length;
      task.add({ records, next, bytes: 1 }, next, 0);
      arrival.resolve();
    },
  };
}

const texts = ({ records }: PartitionRecords): string[] =>
  records.map(({ payload }) => String(RawRecord.of(payload, 0, 0).value));
const turn = () => new Promise(setImmediate);

describe('transactions over the tasks of an instance', () => {
  it('hold output, changelog and offsets of every partition that has something', async () => {
    const { give, commits, drain, running, tasks } = bench(3);
    give(0, ['a', 'b', 'a']);
    give(2, ['c']);
    await turn();
    drain();
    await running;
    expect(commits).toHaveLength(1);
    expect(commits[0]?.next).toEqual(
      new Map([
        [0, 3],
        [2, 1],
      ]),
    );
    const shares = commits[0]?.shares.map((share) => [share.topic, share.partition, texts(share)]);
    expect(shares).toEqual([
      ['out', 0, ['a', 'b']],
      ['changelog', 0, ['a\nb']],
      ['out', 2, ['c']],
      ['changelog', 2, ['c']],
    ]);
    // Retention counts from the time of writing: the records may be an old backlog.
    expect(commits[0]?.shares[1]?.records[0]?.timestamp).toBeGreaterThan(Date.now() - 10_000);
    expect(tasks.map(({ position }) => position)).toEqual([3, 0, 1]);
  });

  it('take all that came meanwhile into the next one', async () => {
    const { give, commits, drain, running, hold } = bench(1);
    const release = hold();
    give(0, ['a']);
    await turn();
    give(0, ['b']);
    give(0, ['c', 'a']);
    await turn();
    release();
    await turn();
    drain();
    await running;
    expect(commits.map(({ shares }) => shares[0] && texts(shares[0]))).toEqual([['a'], ['b', 'c']]);
  });

  it('finish the open one when they are drained, and begin no other', async () => {
    const { give, commits, drain, running, hold, tasks } = bench(1);
    const release = hold();
    give(0, ['a']);
    await turn();
    give(0, ['b']);
    drain();
    release();
    await running;
    expect(commits).toHaveLength(1);
    expect(tasks[0]?.position).toBe(1);
  });

  it('leave no trace in the state when one fails, and reject', async () => {
    const { give, running, failWith, tasks } = bench(1);
    failWith(new Error('fenced'));
    give(0, ['a']);
    await expect(running).rejects.toThrow('fenced');
    const task = tasks[0];
    expect(task?.position).toBe(0);
    const again = RawRecord.of(encodePayload({ key: null, value: Buffer.from('a') }), 0, 0);
    expect(task?.logic.process([again]).output).toHaveLength(1);
  });
});
