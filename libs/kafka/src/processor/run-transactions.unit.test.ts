import { describe, expect, it } from 'vitest';
import type {
  ConsumedOffsets,
  EncodedBatch,
  PartitionRecords,
} from '../transactions/transactional-producer.ts';
import { createTransactionalBatchEncoder } from '../wire/encode-transactional-batch.ts';
import { encodePayload } from '../wire/payload.ts';
import { RawRecord } from '../wire/raw-record.ts';
import { readBatches } from '../wire/read-batches.ts';
import { PartitionTask } from './partition-task.ts';
import { runTransactions } from './run-transactions.ts';
import { createDistinct } from './testing/distinct.ts';

interface Committed {
  readonly batches: readonly EncodedBatch[];
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
  const encode = createTransactionalBatchEncoder();
  const producer = {
    encode({ topic, partition, records }: PartitionRecords): EncodedBatch[] {
      const bytes = Buffer.from(encode(records, { id: 1n, epoch: 0, sequence: 0 }));
      return [{ topic, partition, count: records.length, bytes }];
    },
    async commit(batches: readonly EncodedBatch[], { next }: ConsumedOffsets) {
      await holding;
      if (fate !== null) throw fate;
      commits.push({ batches, next });
      return new Map(
        batches.map(({ topic, partition, count }) => [`${topic}-${partition}`, count - 1]),
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
      const bytes = Buffer.allocUnsafeSlow(100);
      const records = values.map((value, at) => {
        const payload = encodePayload({ key: null, value: Buffer.from(value) });
        return RawRecord.of(payload, from + at, 100 + at);
      });
      const next = from + values.length;
      task.add({ bytes, records: () => records, next }, next, 0);
      arrival.resolve();
      return bytes;
    },
  };
}

const recordsOf = ({ bytes }: EncodedBatch) => readBatches(bytes).flatMap((each) => each.records());
const texts = (batch: EncodedBatch) => recordsOf(batch).map(({ value }) => String(value));
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
    const batches = commits[0]?.batches ?? [];
    expect(batches.map((each) => [each.topic, each.partition, texts(each)])).toEqual([
      ['out', 0, ['a', 'b']],
      ['changelog', 0, ['a\nb']],
      ['out', 2, ['c']],
      ['changelog', 2, ['c']],
    ]);
    // Retention counts from the time of writing: the records may be an old backlog.
    const [changelog] = batches.slice(1, 2).flatMap(recordsOf);
    expect(changelog?.timestamp).toBeGreaterThan(Date.now() - 10_000);
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
    expect(commits.map(({ batches }) => batches[0] && texts(batches[0]))).toEqual([
      ['a'],
      ['b', 'c'],
    ]);
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

  it('give back the memory of what they took, but not before they are committed', async () => {
    const { give, drain, running, hold } = bench(1);
    const release = hold();
    const bytes = give(0, ['a']);
    await turn();
    expect(bytes.length).toBe(100);
    release();
    drain();
    await running;
    expect(bytes.length).toBe(0);
  });

  it('leave no trace in the state when one fails, and reject', async () => {
    const { give, running, failWith, tasks } = bench(1);
    failWith(new Error('fenced'));
    const bytes = give(0, ['a']);
    await expect(running).rejects.toThrow('fenced');
    expect(bytes.length).toBe(100);
    const task = tasks[0];
    expect(task?.position).toBe(0);
    const again = RawRecord.of(encodePayload({ key: null, value: Buffer.from('a') }), 0, 0);
    expect(task?.logic.process([again]).output).toHaveLength(1);
  });
});
