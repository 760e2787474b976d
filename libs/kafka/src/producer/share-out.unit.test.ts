import { expect, it } from 'vitest';
import { javaPartition } from './murmur2.ts';
import type { ProducerRecord } from './record-producer.ts';
import { shareOut } from './share-out.ts';

const record = (topic: string, key: string, partition?: number): ProducerRecord => ({
  topic,
  key,
  value: Buffer.alloc(0),
  headers: {},
  ...(partition === undefined ? {} : { partition }),
});

const LEADERS: Readonly<Record<string, readonly number[]>> = { a: [1, 2, 1], b: [2] };
const share = (...records: readonly ProducerRecord[]) =>
  shareOut(records, (topic) => LEADERS[topic] ?? []);

it('gives each leader the records of its partitions, in their order', () => {
  const records = [
    record('a', 'one', 0),
    record('a', 'two', 1),
    record('b', 'three', 0),
    record('a', 'four', 2),
    record('a', 'five', 0),
  ];
  const keys = [...share(...records)].map(([leader, topics]) => [
    leader,
    topics.map(({ topic, partitions }) => [
      topic,
      [...partitions].map(([partition, each]) => [partition, each.map(({ key }) => key)]),
    ]),
  ]);
  expect(keys).toEqual([
    [
      1,
      [
        [
          'a',
          [
            [0, ['one', 'five']],
            [2, ['four']],
          ],
        ],
      ],
    ],
    [
      2,
      [
        ['a', [[1, ['two']]]],
        ['b', [[0, ['three']]]],
      ],
    ],
  ]);
});

it('chooses the partition of Java where none is named', () => {
  const key = 'batches/ü';
  const partition = javaPartition(Buffer.from(key), 3);
  const leader = LEADERS['a']?.[partition];
  expect([...share(record('a', key)).keys()]).toEqual([leader]);
  expect(
    share(record('a', key))
      .get(leader ?? 0)?.[0]
      ?.partitions.has(partition),
  ).toBe(true);
});

it('a partition without a leader is nobody’s', () => {
  expect([...share(record('a', 'k', 7)).keys()]).toEqual([-1]);
});
