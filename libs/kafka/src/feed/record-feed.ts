import { setTimeout as delay } from 'node:timers/promises';
import { GroupMember } from '../group/group-member.ts';
import { Cluster } from '../raw/cluster.ts';
import { createNamedHeaders } from '../wire/named-headers.ts';
import { FeedMembership, type FeedMembershipOptions } from './feed-membership.ts';
import type { RecordFeed, RecordFeedOptions } from './types.ts';

const MAX_UNSETTLED = { records: 2_000, bytes: 8 * 1024 * 1024 } as const;
/** Brokers that do not answer must not hold up the end of the process. */
const STOP_LIMIT_MS = 10_000;
/** Where it is not in the group when the end is asked for: there is nothing to finish. */
const STOP_LIMIT_OUTSIDE_MS = 3_000;

const now = (): number => performance.now();

/**
 * Feeds committed records (read_committed) of a consumer group to the work on each partition, at least
 * once, and commits what is settled. On a rebalance nothing more is taken, what runs is waited for, its
 * offsets are committed, and only then the group is joined again. Outlives outages of any length. A
 * group without an offset begins at the earliest record; topics are never created.
 */
export function createRecordFeed(options: RecordFeedOptions): RecordFeed {
  const { connection, groupId, topics, open, events, isPaused = () => false } = options;
  // Two, since a broker answers the requests of one connection in turn.
  const forGroup = new Cluster(connection);
  const forInput = new Cluster(connection);
  const ending = new AbortController();
  let membership: FeedMembership | undefined;
  let running: Promise<void> | undefined;
  let stopped: Promise<void> | undefined;

  const inMembership: FeedMembershipOptions = {
    groupId,
    topics,
    open,
    events,
    forGroup,
    forInput,
    maxUnsettled: options.maxUnsettled ?? MAX_UNSETTLED,
    isPaused,
    headersOf: createNamedHeaders(),
    now,
  };
  const member = new GroupMember({
    cluster: forGroup,
    groupId,
    topics,
    async work(given, over) {
      membership = new FeedMembership(given, inMembership);
      events.joined(given.partitions, given.generation);
      await membership.run(over);
      membership = undefined;
    },
    onForced: () => {
      const left = membership?.partitions.filter(({ isAtWork }) => isAtWork) ?? [];
      if (left.length > 0) events.forced(left.map(({ partition }) => partition));
    },
    onFailure: (error) => events.failed('group', error),
    now,
  });

  const stop = async (): Promise<void> => {
    const limitMs = member.isAlive ? STOP_LIMIT_MS : STOP_LIMIT_OUTSIDE_MS;
    ending.abort();
    const limit = new AbortController();
    const waited = delay(limitMs, undefined, { signal: limit.signal }).catch(() => undefined);
    await Promise.race([running, waited]);
    limit.abort();
    await Promise.all([forGroup.close(), forInput.close()]);
  };

  return {
    start() {
      running ??= member.run(ending.signal);
    },
    status() {
      const at = now();
      const partitions = membership?.partitions ?? [];
      return { joined: member.isAlive, partitions: partitions.map((each) => each.status(at)) };
    },
    resumed() {
      for (const each of membership?.partitions ?? []) {
        if (!isPaused(each.partition)) each.resumed();
      }
    },
    stop: () => (stopped ??= stop()),
  };
}
