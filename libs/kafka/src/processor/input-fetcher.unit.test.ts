import { setTimeout as delay } from 'node:timers/promises';
import { listOffsetsV7 } from '@platformatic/kafka';
import { expect, it, vi } from 'vitest';
import type { Cluster } from '../raw/cluster.ts';
import { ERROR_CODE } from '../raw/protocol-errors.ts';
import type { FetchPosition } from '../wire/fetch-request.ts';
import { InputFetcher } from './input-fetcher.ts';
import { PartitionTask } from './partition-task.ts';
import { createDistinct, silent } from './testing/distinct.ts';

it('fetches nothing more of any partition once one cannot go on', async () => {
  const tasks = [0, 1].map((partition) => {
    const task = new PartitionTask(partition, createDistinct('out'), 0);
    // The log of the first is empty.
    task.beginAt(partition === 0 ? 5 : 0);
    return task;
  });
  const broker = { host: 'one', port: 1 };
  const fetched = vi.fn();
  const cluster = {
    leaderOf: async () => broker,
    forgetLeaders: () => undefined,
    async request(
      _target: unknown,
      api: unknown,
      _limits: unknown,
      topics: ReadonlyMap<string, readonly FetchPosition[]>,
    ) {
      await delay(2);
      if (api === listOffsetsV7.api) {
        return { topics: [{ partitions: [{ partitionIndex: 0, offset: 0n }] }] };
      }
      fetched();
      const partitions = (topics.get('in') ?? []).map(({ partition }) => ({
        topic: 'in',
        partition,
        errorCode: partition === 0 ? ERROR_CODE.offsetOutOfRange : 0,
        highWatermark: 0,
        aborted: [],
        bytes: Buffer.alloc(0),
      }));
      return { errorCode: 0, partitions };
    },
  } as unknown as Cluster;
  const end = new AbortController();
  const options = { cluster, topic: 'in', tasks, now: () => 0, events: silent() };
  const fetcher = new InputFetcher({ ...options, signal: end.signal });
  await expect(fetcher.arrived()).rejects.toThrow('in-0 ends before 5');
  fetched.mockClear();
  await delay(300);
  expect(fetched).not.toHaveBeenCalled();
  end.abort();
});
