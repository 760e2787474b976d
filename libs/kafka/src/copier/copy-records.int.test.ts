import { randomUUID } from 'node:crypto';
import { Kafka, logLevel } from 'kafkajs';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { createTopics } from '../admin/create-topics.ts';
import { Cluster } from '../raw/cluster.ts';
import { logOffsets } from '../reader/offsets.ts';
import { readToEnd } from '../reader/read-to-end.ts';
import type { CopyOptions, CopyProgress, CopyRange } from './copy-options.ts';
import { copyRecords } from './copy-records.ts';

const brokers = inject('stack').kafkaBrokers.split(',');
const kafka = new Kafka({ brokers, logLevel: logLevel.NOTHING });
const admin = kafka.admin();
const producer = kafka.producer();
const cluster = new Cluster({ clientId: 'copier-test', brokers });
const PARTITIONS = 3;
const KEYS = 20;
const RECORDS = 3_000;

let prefix = '';
let ranges: readonly CopyRange[] = [];
const input = () => `${prefix}.input`;
const output = () => `${prefix}.output`;

/** Every third record, counted by what it is. */
function options(more: Partial<CopyOptions> = {}): CopyOptions {
  return {
    cluster,
    id: `${prefix}.copy`,
    ranges,
    target: { topic: output(), partitions: PARTITIONS },
    select: (record) => {
      const number = Number(record.value?.toString());
      return number % 3 === 0
        ? { payload: record, countAs: number % 2 === 0 ? 'even' : 'odd' }
        : null;
    },
    mostAtOnce: 100,
    pass: async () => undefined,
    onCommitted: () => undefined,
    onFailure: () => undefined,
    signal: AbortSignal.timeout(50_000),
    ...more,
  };
}

async function readAll(topic: string) {
  const found: { partition: number; key: string; number: number; timestamp: number }[] = [];
  await readToEnd(cluster, topic, {
    from: 'earliest',
    signal: AbortSignal.timeout(20_000),
    onRecord: (partition, { key, value, timestamp }) =>
      found.push({ partition, key: String(key), number: Number(String(value)), timestamp }),
  });
  return found;
}

beforeAll(async () => {
  await admin.connect();
  await producer.connect();
});
afterAll(async () => {
  await producer.disconnect();
  await admin.disconnect();
  await cluster.close();
});

beforeEach(async () => {
  prefix = `copier-${randomUUID().slice(0, 8)}`;
  await createTopics(
    admin,
    [input(), output()].map((topic) => ({ topic, numPartitions: PARTITIONS })),
  );
  await producer.send({
    topic: input(),
    messages: Array.from({ length: RECORDS }, (_, at) => ({
      key: `k${at % KEYS}`,
      value: String(at),
      timestamp: String(1_700_000_000_000 + at),
    })),
  });
  const partitions = Array.from({ length: PARTITIONS }, (_, at) => at);
  const ends = await logOffsets(cluster, input(), partitions, 'latest');
  ranges = partitions.map((partition) => ({
    topic: input(),
    partition,
    from: 0,
    until: ends.get(partition) ?? 0,
  }));
});

describe('copying records', () => {
  it('writes what is wanted once, in order per key, with partition and time kept', async () => {
    const told: CopyProgress[] = [];
    const done = await copyRecords(options({ onCommitted: (each) => told.push(each) }));
    expect(done).toEqual({
      scanned: RECORDS,
      copied: { even: 500, odd: 500 },
      isComplete: true,
    });
    const before = new Map((await readAll(input())).map((each) => [each.number, each]));
    const copies = await readAll(output());
    expect(copies).toHaveLength(1_000);
    for (const copy of copies) expect(copy).toEqual(before.get(copy.number));
    for (const [, ofKey] of Map.groupBy(copies, ({ key }) => key)) {
      const numbers = ofKey.map(({ number }) => number);
      expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
    }
    expect(told.at(-1)).toEqual(done);
    // After each transaction, also where one fetch gave all.
    expect(told.length).toBeGreaterThan(5);
    // Done is done.
    expect(await copyRecords(options())).toEqual(done);
    expect(await readAll(output())).toHaveLength(1_000);
  });

  it('goes on where it was after any number of ends, with its counts', async () => {
    for (let life = 0; life < 40; life += 1) {
      const ending = new AbortController();
      const done = await copyRecords(
        options({
          signal: ending.signal,
          mostAtOnce: 60,
          // The transaction in which it ends is carried out, or given up: nobody knows.
          async pass() {
            if (Math.random() < 0.5) ending.abort();
          },
        }),
      ).catch(() => null);
      if (done?.isComplete === true) break;
    }
    expect(await copyRecords(options())).toMatchObject({ copied: { even: 500, odd: 500 } });
    const copies = await readAll(output());
    expect(copies).toHaveLength(1_000);
    expect(new Set(copies.map(({ number }) => number)).size).toBe(1_000);
  });

  it('is taken over by whoever makes the same copy later; the former one stops', async () => {
    const held = Promise.withResolvers<void>();
    const began = Promise.withResolvers<void>();
    const former = copyRecords(
      options({
        pass: () => {
          began.resolve();
          return held.promise;
        },
      }),
    );
    await began.promise;
    expect(await copyRecords(options())).toMatchObject({ isComplete: true });
    held.resolve();
    await expect(former).rejects.toMatchObject({ code: 'ERR_KAFKA_FENCED' });
    expect(await readAll(output())).toHaveLength(1_000);
  });

  it('copies a part of the log only, and several topics in one go', async () => {
    const part = ranges.map((range) => ({ ...range, from: 100, until: 400 }));
    const done = await copyRecords(
      options({
        ranges: part,
        select: (record) => ({ payload: record, countAs: 'all' }),
      }),
    );
    expect(done).toEqual({ scanned: 900, copied: { all: 900 }, isComplete: true });
    const copies = await readAll(output());
    const expected = (await readAll(input()))
      .filter(({ partition }) => partition >= 0)
      .reduce<Record<number, number[]>>((byPartition, { partition, number }) => {
        (byPartition[partition] ??= []).push(number);
        return byPartition;
      }, {});
    for (const [partition, numbers] of Object.entries(expected)) {
      expect(
        copies.filter((each) => each.partition === Number(partition)).map(({ number }) => number),
      ).toEqual(numbers.slice(100, 400));
    }
  });

  it('is complete where retention was faster: what is gone is not waited for', async () => {
    await admin.deleteTopicRecords({
      topic: input(),
      partitions: ranges.map(({ partition, until }) => ({ partition, offset: String(until) })),
    });
    const done = await copyRecords(options());
    expect(done).toMatchObject({ copied: {}, isComplete: true });
    expect(await readAll(output())).toEqual([]);
  });
});
