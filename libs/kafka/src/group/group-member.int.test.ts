import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { Kafka, logLevel } from 'kafkajs';
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, it, vi } from 'vitest';
import { createTopics } from '../admin/create-topics.ts';
import { Cluster } from '../raw/cluster.ts';
import { GroupMember, type Membership } from './group-member.ts';

const brokers = inject('stack').kafkaBrokers.split(',');
const admin = new Kafka({ brokers, logLevel: logLevel.NOTHING }).admin();
const PARTITIONS = 5;
const SESSION_TIMEOUT_MS = 6_000;

let topic = '';
/** Who works on a partition now; a second one at the same time would be a fault. */
const workers = new Map<number, string>();
const overlaps: string[] = [];
const open: (() => Promise<void>)[] = [];

interface Options {
  /** What it does between the begin of a drain and its end. */
  readonly drain?: () => Promise<void>;
}

function startMember(name: string, { drain = () => Promise.resolve() }: Options = {}) {
  const cluster = new Cluster({ clientId: name, brokers });
  const memberships: Membership[] = [];
  const forced = vi.fn();
  const ending = new AbortController();
  let owned: readonly number[] = [];
  const member = new GroupMember({
    cluster,
    groupId: `${topic}.group`,
    topics: [topic],
    async work(membership, over) {
      memberships.push(membership);
      owned = membership.partitions;
      for (const partition of owned) {
        const other = workers.get(partition);
        if (other !== undefined) overlaps.push(`${partition}: ${other} and ${name}`);
        workers.set(partition, name);
      }
      if (!over.drain.aborted) await once(over.drain, 'abort');
      await drain();
      for (const partition of owned) workers.delete(partition);
      owned = [];
    },
    onForced: forced,
    onFailure: () => undefined,
    now: () => performance.now(),
  });
  const running = member.run(ending.signal);
  const stop = async (): Promise<void> => {
    ending.abort();
    await running;
    await cluster.close();
  };
  open.push(stop);
  return { member, memberships, forced, stop, owned: () => owned };
}

const until = (condition: () => void | Promise<void>) =>
  vi.waitFor(condition, { timeout: 30_000, interval: 20 });

beforeAll(() => admin.connect());
afterAll(() => admin.disconnect());
beforeEach(async () => {
  topic = `test-${randomUUID()}`;
  workers.clear();
  overlaps.length = 0;
  await createTopics(admin, [{ topic, numPartitions: PARTITIONS }]);
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((stop) => stop()));
});

it('one member has all partitions and its generation at once', async () => {
  const one = startMember('one');
  await until(() => expect(one.owned()).toEqual([0, 1, 2, 3, 4]));
  expect(one.member.isAlive).toBe(true);
  expect(one.memberships[0]?.generation).toBeGreaterThan(0);
  // Kafka's own tools can show who has what.
  const { groups } = await admin.describeGroups([`${topic}.group`]);
  expect(groups[0]).toMatchObject({ state: 'Stable', protocolType: 'consumer' });
});

it('partitions stay where they are as far as they can, and nobody works on one of another', async () => {
  const one = startMember('one');
  await until(() => expect(one.owned()).toHaveLength(PARTITIONS));
  const two = startMember('two');
  await until(() => expect([one.owned().length, two.owned().length]).toEqual([3, 2]));
  const before = one.owned();
  const three = startMember('three');
  await until(() => {
    const sizes = [one, two, three].map((each) => each.owned().length);
    expect(sizes.sort((a, b) => a - b)).toEqual([1, 2, 2]);
  });
  expect(one.owned().every((partition) => before.includes(partition))).toBe(true);
  expect(overlaps).toEqual([]);
});

it('who ends in order leaves its partitions to the others at once', async () => {
  const one = startMember('one');
  const two = startMember('two');
  await until(() => {
    expect(two.owned().length).toBeGreaterThan(0);
    expect(one.owned().length + two.owned().length).toBe(PARTITIONS);
  });
  const startedAt = Date.now();
  await two.stop();
  await until(() => expect(one.owned()).toHaveLength(PARTITIONS));
  expect(Date.now() - startedAt).toBeLessThan(SESSION_TIMEOUT_MS);
  expect([one.forced.mock.calls, two.forced.mock.calls]).toEqual([[], []]);
  expect(overlaps).toEqual([]);
});

it('a rebalance waits until the work that was begun is finished', async () => {
  const work = Promise.withResolvers<void>();
  const one = startMember('one', { drain: () => work.promise });
  await until(() => expect(one.owned()).toHaveLength(PARTITIONS));
  const { groups: before } = await admin.describeGroups([`${topic}.group`]);
  const two = startMember('two');
  await until(async () => {
    const { groups } = await admin.describeGroups([`${topic}.group`]);
    expect(groups[0]?.state).toBe('PreparingRebalance');
  });
  expect(before[0]?.state).toBe('Stable');
  expect(two.memberships).toEqual([]);
  work.resolve();
  await until(() => expect(two.owned().length).toBeGreaterThan(0));
  expect(overlaps).toEqual([]);
});

it('who does not finish in time is cut off and told so; the others go on', async () => {
  const never = Promise.withResolvers<void>();
  const one = startMember('one', { drain: () => never.promise });
  await until(() => expect(one.owned()).toHaveLength(PARTITIONS));
  const two = startMember('two');
  await until(() => expect(two.owned()).toHaveLength(PARTITIONS));
  expect(one.forced).toHaveBeenCalledWith([0, 1, 2, 3, 4]);
  never.resolve();
  // It comes back as soon as its work has ended.
  await until(() => expect(one.owned().length).toBeGreaterThan(0));
});
