import { afterEach, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { FeedBed, keep, numbered, settleAtRandom } from './testing/feed-bed.ts';
import type { FedRecord, RecordFeed } from './types.ts';

const brokers = inject('stack').kafkaBrokers.split(',');
const until = (condition: () => void | Promise<void>) =>
  vi.waitFor(condition, { timeout: 40_000, interval: 20 });

const assigned = (feed: RecordFeed) => feed.status().partitions.map(({ partition }) => partition);
const lagOf = (feed: RecordFeed) => feed.status().partitions.reduce((sum, { lag }) => sum + lag, 0);
/** `topic-partition@offset` for offsets 0 to `count` - 1. */
const offsets = (topic: string, partition: number, count: number) =>
  Array.from({ length: count }, (_, offset) => `${topic}-${partition}@${offset}`);

describe('the record feed on a broker', () => {
  let bed: FeedBed;
  beforeEach(() => {
    bed = new FeedBed(brokers);
  });
  afterEach(() => bed.end());

  it('begins at the earliest record and gives it as it was sent', async () => {
    await bed.create(1);
    const producer = bed.kafka.producer();
    await producer.connect();
    const headers = { name: 'text', twice: ['first', 'last'] };
    const messages = [{ key: 'k', value: 'v', timestamp: '1234567890123', headers }];
    await producer.send({ topic: bed.topic(), messages });
    await producer.disconnect();
    const { feed, waiting } = bed.start({ onTake: keep });
    await until(() => expect(waiting).toHaveLength(1));
    const [record] = waiting as [FedRecord];
    expect(record).toMatchObject({ topic: bed.topic(), partition: 0, offset: 0n });
    expect(record.timestamp).toBe(1234567890123);
    expect([record.key, record.value]).toEqual([Buffer.from('k'), Buffer.from('v')]);
    expect(record.headers).toEqual({ name: Buffer.from('text'), twice: Buffer.from('last') });
    expect(feed.status()).toMatchObject({
      joined: true,
      partitions: [{ partition: 0, lag: 1, unsettled: 1, isPaused: false }],
    });
    expect(await bed.committed(0)).toBe(-1);
    record.settle();
    record.settle();
    await until(async () => expect(await bed.committed(0)).toBe(1));
    expect(feed.status().partitions).toMatchObject([{ lag: 0, unsettled: 0, stalledMs: 0 }]);
  });

  it('gives every record once to one of two members, through a scale-out and a scale-in', async () => {
    const partitions = [0, 1, 2, 3];
    await bed.create(partitions.length);
    const enough = new AbortController();
    let sent = 0;
    const sending = (async () => {
      while (!enough.signal.aborted) {
        await Promise.all(partitions.map((partition) => bed.send(partition, numbered(25))));
        sent += 25;
      }
    })();
    const member = () => {
      const started = bed.start({
        onTake(records, waiting) {
          const isFirst = waiting.length === 0;
          keep(records, waiting);
          if (isFirst) void settleAtRandom(waiting);
        },
        // What runs is finished before the partitions go elsewhere.
        drained: (waiting) => until(() => expect(waiting).toEqual([])),
      });
      return started;
    };
    const one = member();
    await until(() => expect(one.taken.length).toBeGreaterThan(100));
    const two = member();
    await until(() => {
      expect([assigned(one.feed).length, assigned(two.feed).length]).toEqual([2, 2]);
      expect(two.taken.length).toBeGreaterThan(100);
    });
    const before = two.taken.length;
    await one.feed.stop();
    await until(() => {
      expect(assigned(two.feed)).toEqual(partitions);
      expect(two.taken.length).toBeGreaterThan(before + 100);
    });
    enough.abort();
    await sending;
    await until(() => expect(one.taken.length + two.taken.length).toBe(partitions.length * sent));
    await until(() => expect(lagOf(two.feed)).toBe(0));
    await two.feed.stop();
    const all = partitions.flatMap((partition) => offsets(bed.topic(), partition, sent));
    expect([...one.taken, ...two.taken].sort()).toEqual(all.sort());
    for (const partition of partitions) expect(await bed.committed(partition)).toBe(sent);
    expect([one.forced, two.forced]).toEqual([[], []]);
  });

  it('commits only up to the first record that is not settled', async () => {
    await bed.create(1);
    await bed.send(0, numbered(5));
    const { waiting, feed } = bed.start({ onTake: keep });
    await until(() => expect(waiting).toHaveLength(5));
    for (const at of [4, 1, 0]) waiting[at]?.settle();
    await until(async () => expect(await bed.committed(0)).toBe(2));
    expect(feed.status().partitions).toMatchObject([{ lag: 2, unsettled: 2 }]);
    waiting[3]?.settle();
    await feed.stop();
    expect(await bed.committed(0)).toBe(2);
    const again = bed.start();
    await until(() => expect(again.taken).toEqual(offsets(bed.topic(), 0, 5).slice(2)));
  });

  it('waits at a drain for what runs, and a later member begins behind it', async () => {
    await bed.create(1);
    await bed.send(0, numbered(3));
    const work = Promise.withResolvers<void>();
    const draining = vi.fn();
    const one = bed.start({
      onTake: keep,
      async onOpen(_, { drain }) {
        drain.addEventListener('abort', draining);
      },
      drained: () => work.promise,
    });
    await until(() => expect(one.waiting).toHaveLength(3));
    const two = bed.start();
    await until(() => expect(draining).toHaveBeenCalled());
    await bed.send(0, ['v3']);
    // Settled only now, while the group waits.
    for (const record of one.waiting) record.settle();
    expect(two.taken).toEqual([]);
    work.resolve();
    const all = offsets(bed.topic(), 0, 4);
    await until(() => expect([...one.taken, ...two.taken].sort()).toEqual(all));
    expect(one.forced).toEqual([]);
  });

  it('tells who does not drain in time that all is lost, and goes on without it', async () => {
    await bed.create(2);
    await bed.send(0, ['slow']);
    const lost = vi.fn();
    const never = new Promise<void>(() => undefined);
    let opens = 0;
    const one = bed.start({
      onTake: keep,
      async onOpen(partition, over) {
        opens += 1;
        if (partition === 0) over.lost.addEventListener('abort', lost, { once: true });
      },
      drained: (waiting) => (waiting.length > 0 && opens <= 2 ? never : Promise.resolve()),
    });
    await until(() => expect(one.waiting).toHaveLength(1));
    const two = bed.start();
    await until(() => expect(lost).toHaveBeenCalled());
    expect(one.forced).toContain(0);
    // Too late: somebody else may have committed something else.
    one.waiting[0]?.settle();
    await until(() => {
      expect(assigned(one.feed).length + assigned(two.feed).length).toBe(2);
      expect([...one.taken, ...two.taken]).toEqual(Array(2).fill(`${bed.topic()}-0@0`));
    });
  });

  it('never gives records of aborted transactions, and gets past their markers', async () => {
    await bed.create(1);
    const producer = bed.kafka.producer({
      transactionalId: bed.prefix,
      idempotent: true,
      maxInFlightRequests: 1,
    });
    await producer.connect();
    const write = async (value: string, end: 'commit' | 'abort') => {
      const transaction = await producer.transaction();
      await transaction.send({ topic: bed.topic(), messages: [{ value, partition: 0 }] });
      await transaction[end]();
    };
    await write('lost', 'abort');
    await write('kept', 'commit');
    await write('lost too', 'abort');
    await producer.disconnect();
    const { feed, taken } = bed.start();
    // Three records and three markers.
    await until(async () => expect(await bed.committed(0)).toBe(6));
    expect(taken).toEqual([`${bed.topic()}-0@2`]);
    expect(feed.status().partitions).toMatchObject([{ lag: 0 }]);
  });

  it('fetches a partition only up to its bound, and the others go on', async () => {
    await bed.create(2);
    const count = 20_000;
    for (let sent = 0; sent < count; sent += count / 4) {
      const values = numbered(count / 4).map((value) => value.padEnd(60, '.'));
      await Promise.all([bed.send(0, values), bed.send(1, values)]);
    }
    const started = bed.start({
      maxUnsettled: { records: 100, bytes: 1024 * 1024 },
      onTake(records, waiting) {
        if (records[0]?.partition === 0) keep(records, waiting);
        else for (const record of records) record.settle();
      },
    });
    const { waiting, taken } = started;
    const of = (partition: number) =>
      taken.filter((name) => name.includes(`-${partition}@`)).length;
    await until(() => expect(of(1)).toBe(count));
    const unsettled = waiting.length;
    // One fetch goes beyond the bound; a second one would have brought as much again.
    expect(unsettled).toBeGreaterThan(100);
    expect(unsettled).toBeLessThan(6_000);
    await bed.send(1, ['more']);
    await until(() => expect(of(1)).toBe(count + 1));
    expect(waiting.length).toBe(unsettled);
    // Its lag is known although it is not fetched.
    const [slow] = started.feed.status().partitions;
    expect(slow).toMatchObject({ partition: 0, lag: count, unsettled });
    expect(slow?.stalledMs).toBeGreaterThan(0);
    await until(async () => {
      for (const record of waiting.splice(0)) record.settle();
      expect(of(0)).toBe(count);
    });
  });

  it('takes nothing of a paused partition until it is resumed, also over a rebalance', async () => {
    await bed.create(2);
    const one = bed.start();
    await until(() => expect(one.opened).toHaveLength(2));
    one.paused.add(0);
    await Promise.all([bed.send(0, ['a']), bed.send(1, ['b'])]);
    const last = `${bed.topic()}-1@0`;
    await until(() => expect(one.taken).toEqual([last]));
    const two = bed.start();
    await until(() => expect(assigned(two.feed)).toHaveLength(1));
    await two.feed.stop();
    await until(() => expect(assigned(one.feed)).toEqual([0, 1]));
    await bed.send(1, ['c']);
    const ofZero = () => [...one.taken, ...two.taken].filter((name) => name.includes('-0@'));
    await until(() => expect([...one.taken, ...two.taken]).toContain(`${bed.topic()}-1@1`));
    // The other member did not know of the pause, and may have been given the partition.
    const seen = ofZero().length;
    await bed.send(0, ['d']);
    await until(() => {
      const [zero] = one.feed.status().partitions;
      expect(zero).toMatchObject({ partition: 0, isPaused: true, stalledMs: 0 });
      expect(zero?.lag).toBe(2 - seen);
    });
    expect(ofZero()).toHaveLength(seen);
    one.paused.delete(0);
    one.feed.resumed();
    await until(() => expect(ofZero()).toEqual(offsets(bed.topic(), 0, 2)));
  });

  it('takes nothing of partitions that were paused before they were assigned', async () => {
    await bed.create(2);
    await Promise.all([bed.send(0, ['a']), bed.send(1, ['b'])]);
    const { feed, taken, opened, paused } = bed.start({ paused: [0, 1] });
    await until(() => {
      expect(opened).toHaveLength(2);
      expect(feed.status().partitions).toMatchObject([
        { lag: 1, isPaused: true },
        { lag: 1, isPaused: true },
      ]);
    });
    expect(taken).toEqual([]);
    paused.clear();
    feed.resumed();
    await until(() => expect(taken).toHaveLength(2));
  });

  it('gives a partition number of all topics to one member, also where only some have it', async () => {
    await Promise.all([bed.create(3, 'main'), bed.create(2, 'replay')]);
    const names = ['main', 'replay'];
    const one = bed.start({}, names);
    const two = bed.start({}, names);
    await until(() => {
      const both = [...assigned(one.feed), ...assigned(two.feed)];
      expect(both.toSorted((a, b) => a - b)).toEqual([0, 1, 2]);
      expect(assigned(one.feed).length * assigned(two.feed).length).toBe(2);
    });
    for (const partition of [0, 1, 2]) await bed.send(partition, ['a'], 'main');
    for (const partition of [0, 1]) await bed.send(partition, ['b'], 'replay');
    await until(() => expect(one.taken.length + two.taken.length).toBe(5));
    for (const { taken, feed } of [one, two]) {
      const expected = assigned(feed).flatMap((partition) =>
        names
          .filter((name) => name === 'main' || partition < 2)
          .map((name) => `${bed.topic(name)}-${partition}@0`),
      );
      expect(taken.sort()).toEqual(expected.sort());
    }
    await until(async () => expect(await bed.committed(1, 'replay')).toBe(1));
  });

  it('opens a partition again that could not be opened, while the others go on', async () => {
    await bed.create(2);
    await Promise.all([bed.send(0, ['a']), bed.send(1, ['b'])]);
    let tries = 0;
    const { taken, failures, feed } = bed.start({
      async onOpen(partition) {
        if (partition === 0 && (tries += 1) < 3) throw new Error(`no database ${tries}`);
      },
    });
    await until(() => expect(taken).toEqual([`${bed.topic()}-1@0`]));
    expect(feed.status().partitions[0]?.stalledMs).toBeGreaterThan(0);
    await until(() => expect(taken).toContain(`${bed.topic()}-0@0`));
    expect(failures).toEqual(['open: Error: no database 1', 'open: Error: no database 2']);
  });

  it('goes on at the earliest record where retention was faster, and tells it', async () => {
    await bed.create(1);
    await bed.send(0, numbered(6));
    await bed.commitAt(0, 1);
    await bed.deleteBelow(0, 3);
    const { feed, taken, gaps, paused } = bed.start();
    await until(() => expect(taken).toEqual(offsets(bed.topic(), 0, 6).slice(3)));
    expect(gaps).toEqual([`${bed.topic()}-0: 1 to 3`]);
    // The same while it runs, but does not read.
    paused.add(0);
    await bed.send(0, numbered(4, 6));
    await bed.deleteBelow(0, 8);
    paused.clear();
    feed.resumed();
    await until(async () => expect(await bed.committed(0)).toBe(10));
    expect(taken).toEqual([3, 4, 5, 8, 9].map((offset) => `${bed.topic()}-0@${offset}`));
    expect(gaps.slice(1)).toEqual([`${bed.topic()}-0: 6 to 8`]);
  });

  it('goes on at the earliest record where the log ends before the offset', async () => {
    await bed.create(1);
    await bed.send(0, numbered(2));
    await bed.commitAt(0, 1_000);
    const { taken, gaps } = bed.start();
    await until(() => expect(taken).toEqual(offsets(bed.topic(), 0, 2)));
    expect(gaps).toEqual([`${bed.topic()}-0: 1000 to 0`]);
    await until(async () => expect(await bed.committed(0)).toBe(2));
  });

  it('waits for topics that are made later', async () => {
    const { feed, taken, failures } = bed.start();
    await until(() => expect(failures).not.toEqual([]));
    expect(feed.status().partitions).toEqual([]);
    await bed.create(1);
    await bed.send(0, ['a']);
    await until(() => expect(taken).toHaveLength(1));
  });

  it('ends soon where there are no brokers', async () => {
    const nowhere = new FeedBed(['127.0.0.1:1']);
    const { feed, failures } = nowhere.start();
    await until(() => expect(failures).not.toEqual([]));
    expect(feed.status()).toEqual({ joined: false, partitions: [] });
    const startedAt = performance.now();
    await Promise.all([feed.stop(), feed.stop()]);
    expect(performance.now() - startedAt).toBeLessThan(3_500);
  });
});
