import { once } from 'node:events';
import type { Membership } from '../group/group-member.ts';
import type { Cluster } from '../raw/cluster.ts';
import { pause } from '../raw/pause.ts';
import { FetchAhead } from '../reader/fetch-ahead.ts';
import { logOffsets } from '../reader/offsets.ts';
import type { FeedLane } from './feed-lane.ts';
import { FeedPartition, type FeedPartitionOptions } from './feed-partition.ts';
import { OffsetCommits } from './offset-commits.ts';
import { startPositions } from './start-position.ts';
import type { FeedEvents, PartitionOver } from './types.ts';

const COMMIT_EVERY_MS = 1_000;
/** Of partitions that are not fetched the end is asked for, so that their lag is known. */
const ENDS_EVERY_MS = 5_000;
const FIRST_RETRY_MS = 100;
const MAX_RETRY_MS = 2_000;

export interface FeedMembershipOptions extends Omit<FeedPartitionOptions, 'wake'> {
  readonly groupId: string;
  readonly topics: readonly string[];
  readonly events: FeedEvents;
  readonly forGroup: Cluster;
  readonly forInput: Cluster;
}

/**
 * What a feed does in one membership, as one sequence: read where the partitions begin, open and fetch
 * them, and when a drain begins wait for their work, then commit.
 */
export class FeedMembership {
  readonly partitions: readonly FeedPartition[];
  readonly #options: FeedMembershipOptions;
  readonly #membership: Membership;
  #ahead: FetchAhead | undefined;

  constructor(membership: Membership, options: FeedMembershipOptions) {
    this.#membership = membership;
    this.#options = options;
    const wake = (): void => this.#ahead?.wake();
    this.partitions = membership.partitions.map(
      (partition) => new FeedPartition(partition, { ...options, wake }),
    );
  }

  /** Until the drain has ended or the membership is lost. Never rejects. */
  async run(over: PartitionOver): Promise<void> {
    if (!(await this.#place(over))) return;
    const { forGroup, forInput, groupId, events } = this.#options;
    const lanes = this.partitions.flatMap((partition) => partition.lanes);
    this.#ahead = new FetchAhead({
      cluster: forInput,
      sources: lanes,
      signal: over.drain,
      failed: (error) => events.failed('fetch', error),
    });
    const commits = new OffsetCommits({
      cluster: forGroup,
      groupId,
      membership: this.#membership,
      offsets: lanes,
      failed: (error) => events.failed('commit', error),
    });
    for (const partition of this.partitions) partition.open(over);
    // Also while it drains: who is cut off then has committed nearly all of what was settled.
    const drained = new AbortController();
    const committing = repeat(COMMIT_EVERY_MS, drained.signal, () => commits.commit());
    void repeat(ENDS_EVERY_MS, over.drain, () => this.#askForEnds(lanes));
    await aborted(over.drain);
    const drains = Promise.all(this.partitions.map((partition) => partition.drain()));
    await Promise.race([drains, aborted(over.lost)]);
    drained.abort();
    await committing;
    await commitTheRest(commits, over.lost);
  }

  /** Until it is known where each partition begins; false where the membership ended before. */
  async #place(over: PartitionOver): Promise<boolean> {
    const { forGroup, groupId, topics, events } = this.#options;
    const { partitions } = this.#membership;
    let waitMs = FIRST_RETRY_MS;
    while (!over.drain.aborted) {
      try {
        const positions = await startPositions(forGroup, groupId, topics, partitions, over.drain);
        if (over.drain.aborted) return false;
        const ofPartitions = Map.groupBy(positions, ({ partition }) => partition);
        for (const each of this.partitions) each.place(ofPartitions.get(each.partition) ?? []);
        return true;
      } catch (error) {
        if (over.drain.aborted) return false;
        events.failed('fetch', error);
        await pause(waitMs, over.drain);
        waitMs = Math.min(waitMs * 2, MAX_RETRY_MS);
      }
    }
    return false;
  }

  async #askForEnds(lanes: readonly FeedLane[]): Promise<void> {
    const idle = lanes.filter(({ appetite }) => appetite !== 'hungry');
    for (const [topic, ofTopic] of Map.groupBy(idle, (lane) => lane.topic)) {
      const partitions = ofTopic.map(({ partition }) => partition);
      // A failure is no news: fetches and heartbeats fail as well.
      const ends = await logOffsets(this.#options.forGroup, topic, partitions, 'latest').catch(
        () => new Map<number, number>(),
      );
      for (const lane of ofTopic) {
        const end = ends.get(lane.partition);
        if (end !== undefined) lane.heardOfEnd(end);
      }
    }
  }
}

/** What was settled is committed as long as the membership lasts: brokers may be away for a moment. */
async function commitTheRest(commits: OffsetCommits, lost: AbortSignal): Promise<void> {
  let waitMs = FIRST_RETRY_MS;
  while (!lost.aborted && !(await commits.commit())) {
    await pause(waitMs, lost);
    waitMs = Math.min(waitMs * 2, MAX_RETRY_MS);
  }
}

async function repeat(
  everyMs: number,
  until: AbortSignal,
  work: () => Promise<unknown>,
): Promise<void> {
  while (!until.aborted) {
    await pause(everyMs, until);
    if (!until.aborted) await work();
  }
}

/** To be waited for once: its listener stays as long as the signal. */
async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
}
