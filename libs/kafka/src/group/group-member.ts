import { setTimeout as delay } from 'node:timers/promises';
import { heartbeatV4, joinGroupV7, leaveGroupV5, syncGroupV5 } from '@platformatic/kafka';
import type { Cluster, Target } from '../raw/cluster.ts';
import { isOnly, memberIdOf } from '../raw/protocol-errors.ts';
import { assignPartitions } from './assign-partitions.ts';
import {
  decodeAssignment,
  decodeSubscription,
  encodeAssignment,
  encodeSubscription,
} from './consumer-protocol.ts';

/** A member that does not answer for so long is replaced. */
const SESSION_TIMEOUT_MS = 6_000;
/** How long a rebalance waits for members that drain; a join is answered within it. */
const REBALANCE_TIMEOUT_MS = 8_000;
const HEARTBEAT_MS = 300;
/** Who has not drained by then is cut off: the group would go on without it. */
const DRAIN_LIMIT_MS = 6_000;
const FIRST_RETRY_MS = 100;
const MAX_RETRY_MS = 2_000;

const PROTOCOL_TYPE = 'consumer';
const PROTOCOL = 'gemini-events-sticky';

/** What one join gave. */
export interface Membership {
  readonly memberId: string;
  readonly generation: number;
  /** Numbers, each of at least one of the topics. */
  readonly partitions: readonly number[];
}

/**
 * Works on the partitions of a membership until `drain` or `lost` is aborted: after `drain` what was
 * begun may be finished, after `lost` somebody else may own the partitions. Never rejects.
 */
type Work = (
  membership: Membership,
  over: { readonly drain: AbortSignal; readonly lost: AbortSignal },
) => Promise<void>;

export interface GroupMemberOptions {
  /** For the group alone: a join holds up its connection until the group has settled. */
  readonly cluster: Cluster;
  readonly groupId: string;
  /** Co-partitioned: a partition number means that partition of each of them. */
  readonly topics: readonly string[];
  readonly work: Work;
  /** The work was cut off without a drain. */
  readonly onForced: (partitions: readonly number[]) => void;
  readonly onFailure: (error: unknown) => void;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

/**
 * A member of a consumer group (classic protocol) that drains first and is fenced second: when a
 * rebalance begins it finishes its work under the old generation, and only then joins again. kafkajs
 * tells neither the generation with a join nor of a rebalance before it joins again, and both decide
 * about exactly once (KIP-447).
 */
export class GroupMember {
  readonly #options: GroupMemberOptions;
  readonly #coordinator: Target;
  #memberId = '';
  #owned: { readonly partitions: readonly number[]; readonly generation: number } = {
    partitions: [],
    generation: -1,
  };
  #heardAt = Number.NEGATIVE_INFINITY;
  #isMember = false;

  constructor(options: GroupMemberOptions) {
    this.#options = options;
    this.#coordinator = { to: 'group', id: options.groupId };
  }

  /** Is in the group, and the coordinator has answered within the session timeout. */
  get isAlive(): boolean {
    return this.#isMember && this.#options.now() - this.#heardAt < SESSION_TIMEOUT_MS;
  }

  /** Takes part until the signal is aborted, whatever fails; then drains and leaves. */
  async run(signal: AbortSignal): Promise<void> {
    let waitMs = FIRST_RETRY_MS;
    while (!signal.aborted) {
      try {
        const membership = await this.#join(signal);
        waitMs = FIRST_RETRY_MS;
        await this.#hold(membership, signal);
      } catch (error) {
        if (signal.aborted) break;
        this.#options.onFailure(error);
        await delay(waitMs, undefined, { signal }).catch(() => undefined);
        waitMs = Math.min(waitMs * 2, MAX_RETRY_MS);
      } finally {
        this.#isMember = false;
      }
    }
    await this.#leave();
  }

  async #join(signal: AbortSignal): Promise<Membership> {
    const { cluster, groupId, topics, now } = this.#options;
    for (;;) {
      signal.throwIfAborted();
      try {
        const { partitions: owned, generation: since } = this.#owned;
        const metadata = encodeSubscription({ topics, owned, generation: since });
        const { memberId, leader, generationId, members } = await cluster.request(
          this.#coordinator,
          joinGroupV7.api,
          groupId,
          SESSION_TIMEOUT_MS,
          REBALANCE_TIMEOUT_MS,
          this.#memberId,
          null,
          PROTOCOL_TYPE,
          [{ name: PROTOCOL, metadata }],
          null,
        );
        this.#memberId = memberId;
        const shares = leader === memberId ? await this.#share(members ?? []) : [];
        const { assignment } = await cluster.request(
          this.#coordinator,
          syncGroupV5.api,
          groupId,
          generationId,
          memberId,
          null,
          PROTOCOL_TYPE,
          PROTOCOL,
          shares,
        );
        const partitions = decodeAssignment(assignment, topics);
        this.#owned = { partitions, generation: generationId };
        this.#heardAt = now();
        this.#isMember = true;
        return { memberId, generation: generationId, partitions };
      } catch (error) {
        const given = memberIdOf(error);
        if (isOnly(error, 'MEMBER_ID_REQUIRED') && given !== null) this.#memberId = given;
        else if (isOnly(error, 'UNKNOWN_MEMBER_ID', 'FENCED_INSTANCE_ID')) this.#memberId = '';
        else if (!isOnly(error, 'REBALANCE_IN_PROGRESS', 'ILLEGAL_GENERATION')) throw error;
      }
    }
  }

  /** As the leader: what each member gets. */
  async #share(
    members: readonly { readonly memberId: string; readonly metadata?: Buffer | null }[],
  ) {
    const { cluster, topics: own } = this.#options;
    const known = members.map(({ memberId, metadata }) => {
      const subscription = decodeSubscription(metadata ?? Buffer.alloc(0));
      const { topics = own, owned = [], generation = -1 } = subscription ?? {};
      return { memberId, topics, owned, generation };
    });
    // While a group is being upgraded, members may differ in their topics.
    const topics = [...new Set(known.flatMap((member) => member.topics))];
    const counts = await Promise.all(
      topics.map(async (topic) => [topic, await cluster.partitionCount(topic)] as const),
    );
    const assigned = assignPartitions(known, Math.max(...counts.map(([, count]) => count)));
    return [...assigned].map(([memberId, partitions]) => ({
      memberId,
      assignment: encodeAssignment(
        new Map(
          counts.map(([topic, count]) => [topic, partitions.filter((number) => number < count)]),
        ),
      ),
    }));
  }

  /** Works while the membership lasts. Rejects where it was lost. */
  async #hold(membership: Membership, signal: AbortSignal): Promise<void> {
    const drain = new AbortController();
    const lost = new AbortController();
    const working = this.#options.work(membership, { drain: drain.signal, lost: lost.signal });
    try {
      await this.#untilRebalance(membership, signal);
      drain.abort();
      await this.#whileDraining(membership, working);
    } finally {
      if (!drain.signal.aborted) drain.abort();
      lost.abort();
      // What is on its way is refused by the coordinator, or was in time; it ends soon either way.
      await working;
    }
  }

  /** Resolves when a rebalance has begun or the end is asked for; rejects when the membership is lost. */
  async #untilRebalance(membership: Membership, signal: AbortSignal): Promise<void> {
    const { now, onForced } = this.#options;
    for (;;) {
      await delay(HEARTBEAT_MS, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      try {
        await this.#heartbeat(membership);
      } catch (error) {
        if (isOnly(error, 'REBALANCE_IN_PROGRESS')) return;
        const isLost = isOnly(
          error,
          'UNKNOWN_MEMBER_ID',
          'ILLEGAL_GENERATION',
          'FENCED_INSTANCE_ID',
        );
        // A coordinator that moves or restarts knows the group again soon.
        if (!isLost && now() - this.#heardAt < SESSION_TIMEOUT_MS) continue;
        onForced(membership.partitions);
        throw error;
      }
    }
  }

  /** Keeps the session while the work ends; the coordinator waits for it, but not for ever. */
  async #whileDraining(membership: Membership, working: Promise<void>): Promise<void> {
    const { now, onForced } = this.#options;
    const end = now() + DRAIN_LIMIT_MS;
    const done = working.then(() => true);
    for (;;) {
      if (now() > end) {
        onForced(membership.partitions);
        return;
      }
      // Refused with "rebalance in progress", it keeps the session all the same.
      void this.#heartbeat(membership).catch(() => undefined);
      const pause = new AbortController();
      const waited = delay(HEARTBEAT_MS, false, { signal: pause.signal }).catch(() => false);
      const isDone = await Promise.race([done, waited]);
      pause.abort();
      if (isDone) return;
    }
  }

  async #heartbeat({ generation, memberId }: Membership): Promise<void> {
    const { cluster, groupId, now } = this.#options;
    const sentAt = now();
    await cluster.request(this.#coordinator, heartbeatV4.api, groupId, generation, memberId, null);
    this.#heardAt = sentAt;
  }

  /** So that the others need not wait for the session to time out. */
  async #leave(): Promise<void> {
    const { cluster, groupId } = this.#options;
    if (this.#memberId === '') return;
    const member = {
      memberId: this.#memberId,
      groupInstanceId: null,
      reason: 'end of the process',
    };
    this.#memberId = '';
    await cluster
      .request(this.#coordinator, leaveGroupV5.api, groupId, [member])
      .catch(() => undefined);
  }
}
