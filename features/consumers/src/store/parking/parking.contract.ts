import { beforeEach, describe, expect, it } from 'vitest';
import type { Failure, NewParked, Parked, Parking } from './parking.ts';

const CONSUMER = 'results';
const NOW = 1_764_000_000_123;
const FAILURE: Failure = { code: 'ERR_RESULT_STORE', message: 'disk full', at: NOW - 5 };

/** The record at an offset of partition 3, due now. */
const parked = (
  offset: number,
  key: string,
  more: Partial<Omit<NewParked, 'record'>> & Partial<NewParked['record']> = {},
): NewParked => {
  const { dueAt = NOW, attempts = 0, failure = null, ...record } = more;
  return {
    record: {
      topic: 'gemini.events.batch',
      partition: 3,
      offset: BigInt(offset),
      timestamp: NOW - 1_000,
      key,
      value: Buffer.from(`value ${offset}`),
      headers: {},
      ...record,
    },
    dueAt,
    attempts,
    failure,
  };
};

/** What every parking has to keep. */
export function describeParking(name: string, create: () => Promise<Parking>): void {
  describe(name, () => {
    let parking: Parking;
    const due = (now = NOW, partitions: readonly number[] = [3], limit = 100) =>
      parking.due(CONSUMER, partitions, now, limit);
    const offsets = (records: readonly Parked[]) =>
      records.map(({ record }) => Number(record.offset));
    const blocked = async (partition = 3, consumer = CONSUMER) =>
      (await parking.blockedKeys(consumer, partition)).toSorted();
    /** All that is parked in partition 3, in the order in which it would be handled. */
    const drain = async (): Promise<number[]> => {
      const order: number[] = [];
      for (;;) {
        const heads = await due(Number.MAX_SAFE_INTEGER / 1_000);
        if (heads.length === 0) return order;
        order.push(...offsets(heads));
        await parking.remove(heads);
      }
    };

    beforeEach(async () => {
      parking = await create();
    });

    it('gives a record back as it was', async () => {
      const given = parked(1, 'jobs/ü\0\\𝄞', {
        offset: 2n ** 62n,
        timestamp: -1,
        value: Buffer.from([0, 255, 92, 34, 123]),
        headers: {
          'webhook-id': Buffer.from('msg_1'),
          'a "\\\0 name': Buffer.from([0, 254]),
          empty: Buffer.alloc(0),
          ['__proto__']: Buffer.from('own'),
        },
        attempts: 2,
        failure: { code: 'ERR', message: 'a \0 \\ ü', at: NOW - 7 },
      });
      await parking.park(CONSUMER, [given]);
      const [back] = await due();
      expect(back).toEqual({
        ...given,
        consumer: CONSUMER,
        sequence: back?.sequence,
        firstFailureAt: NOW - 7,
      });
      expect(typeof back?.sequence).toBe('bigint');
      expect(Object.keys(back?.record.headers ?? {}).sort()).toEqual(
        Object.keys(given.record.headers).sort(),
      );
    });

    it('gives back what has neither key, value, headers nor a failure', async () => {
      const given = parked(1, '', { value: null });
      await parking.park(CONSUMER, [
        given,
        parked(2, 'x'.repeat(20_000), { value: Buffer.alloc(0) }),
      ]);
      const [back, other] = await due();
      expect(back).toEqual({
        ...given,
        consumer: CONSUMER,
        sequence: back?.sequence,
        firstFailureAt: null,
      });
      expect(other?.record.value).toEqual(Buffer.alloc(0));
      expect(await blocked()).toEqual(['', 'x'.repeat(20_000)]);
    });

    it('holds a key, in its partition and for its consumer only', async () => {
      await parking.park(CONSUMER, [parked(1, 'a'), parked(2, 'a'), parked(3, 'b')]);
      await parking.park(CONSUMER, [parked(1, 'c', { partition: 4 })]);
      await parking.park('notifier', [parked(1, 'd')]);
      expect(await blocked()).toEqual(['a', 'b']);
      expect(await blocked(4)).toEqual(['c']);
      expect(await blocked(5)).toEqual([]);
      expect(await blocked(3, 'notifier')).toEqual(['d']);
      expect(await parking.counts(CONSUMER)).toEqual(
        new Map([
          [3, 3],
          [4, 1],
        ]),
      );
      expect(await parking.counts('nobody')).toEqual(new Map());
    });

    it('knows the oldest record of a consumer', async () => {
      expect(await parking.oldest(CONSUMER)).toBeNull();
      const times = [5_000, 3_000, 9_000];
      await parking.park(
        CONSUMER,
        times.map((timestamp, at) => {
          const { record, ...more } = parked(at, 'a');
          return { ...more, record: { ...record, timestamp } };
        }),
      );
      expect(await parking.oldest(CONSUMER)).toBe(3_000);
      expect(await parking.oldest('nobody')).toBeNull();
    });

    it('tells one key in two partitions apart, for each has an owner of its own', async () => {
      await parking.park(CONSUMER, [parked(1, ''), parked(1, '', { partition: 4 })]);
      const [head, ...more] = await due();
      expect(more).toEqual([]);
      expect(await due(NOW, [4])).toHaveLength(1);
      expect(await parking.remove([head!])).toEqual([true]);
      expect(await blocked(4)).toEqual(['']);
    });

    it('takes one place in a topic once, and keeps what it has of it', async () => {
      await parking.park(CONSUMER, [parked(1, 'a'), parked(1, 'a'), parked(2, 'a')]);
      await parking.park(CONSUMER, [
        parked(1, 'a', { attempts: 7 }),
        parked(2, 'a'),
        parked(3, 'a'),
        parked(1, 'a', { topic: 'gemini.replay.results' }),
      ]);
      expect(await parking.counts(CONSUMER)).toEqual(new Map([[3, 4]]));
      expect((await due())[0]?.attempts).toBe(0);
      expect(await drain()).toEqual([1, 2, 3, 1]);
    });

    it('keeps the order in which records of a key came, whenever they are due', async () => {
      const times = [NOW, NOW - 50, NOW - 100];
      await parking.park(
        CONSUMER,
        times.map((dueAt, index) => parked(index, 'a', { dueAt })),
      );
      await parking.park(CONSUMER, [parked(9, 'a', { dueAt: 0 })]);
      expect(offsets(await due())).toEqual([0]);
      expect(await due(NOW - 1)).toEqual([]);
      expect(await drain()).toEqual([0, 1, 2, 9]);
    });

    it('gives first what is due longest, of the partitions asked for, and not too much', async () => {
      await parking.park(CONSUMER, [
        parked(1, 'a', { dueAt: NOW - 10 }),
        parked(2, 'b', { dueAt: NOW - 30 }),
        parked(3, 'c', { dueAt: NOW + 1 }),
        parked(4, 'd', { dueAt: NOW - 20, partition: 4 }),
        parked(5, 'e', { dueAt: NOW - 40, partition: 5 }),
        parked(6, 'f', { dueAt: NOW - 30 }),
      ]);
      expect(offsets(await due(NOW, [3, 4, 3]))).toEqual([2, 6, 4, 1]);
      expect(offsets(await due(NOW, [3, 4], 3))).toEqual([2, 6, 4]);
      expect(offsets(await due(NOW, [5, 4, 3], 1))).toEqual([5]);
      expect(await due(NOW, [])).toEqual([]);
      expect(await parking.due('notifier', [3, 4, 5], NOW, 100)).toEqual([]);
    });

    it('counts attempts before they begin', async () => {
      await parking.park(CONSUMER, [
        parked(1, 'a', { attempts: 3, failure: FAILURE }),
        parked(2, 'b'),
      ]);
      const [a, b] = (await due()) as [Parked, Parked];
      expect(await parking.begin([b, a])).toEqual([1, 4]);
      expect(await parking.begin([a])).toEqual([5]);
      expect((await due()).map(({ attempts }) => attempts)).toEqual([5, 1]);
      expect(await parking.begin([])).toEqual([]);
    });

    it('postpones, and remembers the first failure', async () => {
      await parking.park(CONSUMER, [parked(1, 'a'), parked(2, 'a'), parked(3, 'b')]);
      const [a] = (await due()) as [Parked];
      await parking.postpone(a, { dueAt: NOW + 100, attempts: 1, failure: FAILURE });
      expect(offsets(await due())).toEqual([3]);
      const later: Failure = { code: 'ERR_RESULT_LENGTH', message: 'short', at: NOW + 100 };
      await parking.postpone(a, { dueAt: NOW + 200, attempts: 2, failure: later });
      expect(offsets(await due(NOW + 199))).toEqual([3]);
      const again = (await due(NOW + 200)).find(({ record }) => record.key === 'a');
      expect(again).toMatchObject({
        dueAt: NOW + 200,
        failure: later,
        firstFailureAt: FAILURE.at,
        attempts: 2,
      });
    });

    it('gives the records behind one, of its key alone, in order, due or not', async () => {
      await parking.park(CONSUMER, [
        parked(1, 'a'),
        parked(2, 'b'),
        parked(3, 'a', { dueAt: NOW + 1 }),
        parked(4, 'a'),
        parked(5, 'a', { partition: 4 }),
      ]);
      await parking.park('notifier', [parked(6, 'a')]);
      const [a] = (await due()) as [Parked];
      const behind = await parking.following(a, 10);
      expect(offsets(behind)).toEqual([3, 4]);
      expect(behind[0]).toMatchObject({
        dueAt: NOW + 1,
        record: { key: 'a', topic: 'gemini.events.batch' },
      });
      expect(offsets(await parking.following(a, 1))).toEqual([3]);
      await parking.remove([a]);
      expect(offsets(await parking.following(a, 10))).toEqual([3, 4]);
      expect(await parking.following(behind[1]!, 10)).toEqual([]);
    });

    it('frees a key with its last record, and lets the next one come till then', async () => {
      await parking.park(CONSUMER, [parked(1, 'a'), parked(2, 'b'), parked(3, 'a')]);
      const [a, b] = (await due()) as [Parked, Parked];
      expect(await parking.remove([a, b])).toEqual([false, true]);
      expect(await blocked()).toEqual(['a']);
      const [next] = (await due()) as [Parked];
      expect(offsets([next])).toEqual([3]);
      expect(await parking.remove([next])).toEqual([true]);
      expect(await blocked()).toEqual([]);
      expect(await parking.counts(CONSUMER)).toEqual(new Map());
      expect(await parking.remove([])).toEqual([]);
    });

    it('says of all records that go together whether their keys are free then', async () => {
      await parking.park(CONSUMER, [
        parked(1, 'a'),
        parked(2, 'b'),
        parked(2, 'a', { partition: 4 }),
      ]);
      await parking.park(CONSUMER, [parked(3, 'a'), parked(4, 'b'), parked(5, 'b')]);
      const first = await due(NOW, [3, 4]);
      await parking.remove(first);
      const second = await due(NOW, [3, 4]);
      expect(offsets(second)).toEqual([3, 4]);
      expect(await parking.remove([...first, ...second])).toEqual([true, false, true, true, false]);
      expect(await drain()).toEqual([5]);
    });

    it('lets a key be parked anew, and whoever still holds the former record does no harm', async () => {
      await parking.park(CONSUMER, [parked(1, 'a')]);
      const [old] = (await due()) as [Parked];
      await parking.remove([old]);
      await parking.park(CONSUMER, [parked(1, 'a'), parked(2, 'a')]);
      expect(await parking.begin([old])).toEqual([0]);
      await parking.postpone(old, { dueAt: NOW + 100, attempts: 1, failure: FAILURE });
      expect(await parking.remove([old])).toEqual([false]);
      const [anew] = (await due()) as [Parked];
      expect(anew).toMatchObject({ attempts: 0, failure: null });
      expect(anew.sequence).toBeGreaterThan(old.sequence);
      expect(await drain()).toEqual([1, 2]);
    });

    it('takes a record out of the middle of its key, and the order stays', async () => {
      await parking.park(CONSUMER, [parked(1, 'a')]);
      const [first] = (await due()) as [Parked];
      await parking.park(CONSUMER, [parked(2, 'a'), parked(3, 'a')]);
      const middle = { ...first, sequence: first.sequence + 1n, record: parked(2, 'a').record };
      expect(await parking.remove([middle])).toEqual([false]);
      expect(offsets(await due())).toEqual([1]);
      expect(await drain()).toEqual([1, 3]);
    });

    it('takes more records than fit into one statement, in order', async () => {
      const records = Array.from({ length: 1_203 }, (_, index) => parked(index, `${index % 3}`));
      const large = parked(5_000, 'large', { value: Buffer.alloc(5_000_000, 7) });
      await parking.park(CONSUMER, [...records, large, parked(5_001, 'large')]);
      expect(await parking.counts(CONSUMER)).toEqual(new Map([[3, 1_205]]));
      const heads = await due();
      expect(offsets(heads)).toEqual([0, 1, 2, 5_000]);
      expect(heads.at(-1)?.record.value?.equals(large.record.value ?? Buffer.alloc(0))).toBe(true);
      await parking.remove(heads);
      expect(offsets(await due())).toEqual([3, 4, 5, 5_001]);
    });

    it('keeps one head per key when a former owner still parks and removes', async () => {
      const batches = Array.from({ length: 12 }, (_, batch) =>
        Array.from({ length: 6 }, (_, index) =>
          parked(batch * 6 + index, index % 2 === 0 ? 'a' : 'b', { partition: 3 + (batch % 2) }),
        ),
      );
      await Promise.all(
        batches.flatMap((records) => [
          parking.park(CONSUMER, records),
          parking.park(CONSUMER, records.toReversed()),
          due(NOW, [3, 4]).then((heads) => parking.begin(heads)),
        ]),
      );
      expect(await due(NOW, [3, 4])).toHaveLength(4);
      const counts = await parking.counts(CONSUMER);
      expect([...counts.values()]).toEqual([36, 36]);
      let removed = 0;
      while (removed < 72) {
        const heads = await due(NOW, [3, 4]);
        expect(heads.length).toBeGreaterThan(0);
        await Promise.all([parking.remove(heads), parking.remove(heads.toReversed())]);
        removed += heads.length;
      }
      expect(await parking.counts(CONSUMER)).toEqual(new Map());
    });
  });
}
