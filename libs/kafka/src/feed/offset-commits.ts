import { offsetCommitV8 } from '@platformatic/kafka';
import type { Membership } from '../group/group-member.ts';
import type { Cluster } from '../raw/cluster.ts';
import { isOnly } from '../raw/protocol-errors.ts';

/** A topic-partition whose offset moves. */
interface Committable {
  readonly topic: string;
  readonly partition: number;
  /** All before it is settled. */
  readonly watermark: number;
  /** What the group has. */
  committed: number;
}

/** A coordinator that says so does not know this membership any more. */
const FORMER = ['ILLEGAL_GENERATION', 'UNKNOWN_MEMBER_ID', 'FENCED_INSTANCE_ID'] as const;

interface CommitOptions {
  readonly cluster: Pick<Cluster, 'request'>;
  readonly groupId: string;
  readonly membership: Pick<Membership, 'memberId' | 'generation'>;
  readonly offsets: readonly Committable[];
  readonly failed: (error: unknown) => void;
}

/**
 * Commits offsets under one membership, so that the coordinator refuses what comes after the group has
 * gone on without it. A commit of unknown fate is sent again with the next one; offsets that arrive twice
 * do no harm.
 */
export class OffsetCommits {
  readonly #options: CommitOptions;
  #isFormer = false;

  constructor(options: CommitOptions) {
    this.#options = options;
  }

  /**
   * Commits what has moved. Not to be called again before it has ended. Never rejects.
   * @returns false where it is of use to try again
   */
  async commit(): Promise<boolean> {
    const { cluster, groupId, membership, offsets, failed } = this.#options;
    if (this.#isFormer) return true;
    const moved = offsets
      .map((each) => ({ each, offset: each.watermark }))
      .filter(({ each, offset }) => offset !== each.committed);
    if (moved.length === 0) return true;
    const topics = [...Map.groupBy(moved, ({ each }) => each.topic)].map(([name, ofTopic]) => ({
      name,
      partitions: ofTopic.map(({ each, offset }) => ({
        partitionIndex: each.partition,
        committedOffset: BigInt(offset),
        committedLeaderEpoch: -1,
        committedMetadata: null,
      })),
    }));
    try {
      await cluster.request(
        { to: 'group', id: groupId },
        offsetCommitV8.api,
        groupId,
        membership.generation,
        membership.memberId,
        null,
        topics,
      );
    } catch (error) {
      this.#isFormer = isOnly(error, ...FORMER);
      failed(error);
      return this.#isFormer;
    }
    for (const { each, offset } of moved) each.committed = offset;
    return true;
  }
}
