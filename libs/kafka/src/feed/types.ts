import type { KafkaConnection } from '../connection.ts';
import type { ConsumedRecord } from './consumed-record.ts';

/**
 * A record that was fetched and waits for its settlement. Its fields are read from the fetched bytes when
 * they are asked for: key and value are a new view each time, and a copy by spreading has none of them.
 */
export interface FedRecord extends ConsumedRecord {
  /**
   * It needs not be read again: handled, skipped, parked, or a dead letter that Kafka has acknowledged.
   * An offset is committed when all records before it are settled. Safe to call twice.
   */
  settle(): void;
}

/** Work on one partition number, over all topics of the feed, for as long as it is assigned here. */
export interface PartitionWork {
  /**
   * Takes records, in the order of each topic. Not called any more once a drain has begun, nor while the
   * partition is paused. Must not throw.
   */
  take(records: readonly FedRecord[]): void;
  /**
   * Resolves when nothing of it runs any more. Called once, when a drain has begun, also for work that
   * was opened too late to take anything. What is settled until then is committed before the group is
   * joined again; nobody waits for it any more once `lost` is aborted.
   */
  drained(): Promise<void>;
}

/**
 * When work on a partition has to end. All partitions of a membership share these signals, and a signal
 * keeps the same listener only once: each partition needs a function of its own.
 */
export interface PartitionOver {
  /** The group is joined anew, or the process ends: begin nothing more, finish what runs within 6 s. */
  readonly drain: AbortSignal;
  /** The partition may be somebody else's by now: let go at once. `drain` is aborted as well. */
  readonly lost: AbortSignal;
}

export interface FeedPartitionStatus {
  readonly partition: number;
  /**
   * Records of all topics that are neither settled nor passed over. Of what is not fetched yet offsets are
   * counted, so transaction markers too; 0 until the offsets are known.
   */
  readonly lag: number;
  /** Records that were taken and are not settled. */
  readonly unsettled: number;
  readonly isPaused: boolean;
  /**
   * Milliseconds since it had something to do, was not paused, and settled nothing. Being opened counts as
   * something to do; passing over markers and aborted records counts as settling.
   */
  readonly stalledMs: number;
}

export interface FeedStatus {
  /** In the group, and the brokers answer. */
  readonly joined: boolean;
  /** Of the present membership; none between two of them. */
  readonly partitions: readonly FeedPartitionStatus[];
}

/** What a feed tells; each is called often enough to be cheap. */
export interface FeedEvents {
  readonly joined: (partitions: readonly number[], generation: number) => void;
  /** Partitions were taken away before their work had drained. */
  readonly forced: (partitions: readonly number[]) => void;
  /** It is tried again; after `drain`, whose work did not end in order, nothing is. */
  readonly failed: (what: 'group' | 'fetch' | 'open' | 'commit' | 'drain', error: unknown) => void;
  /**
   * The log does not hold the position `from`; it goes on at the earliest record, `to`. Retention removed
   * records before they were read, or, where `to` is before `from`, the log was made anew or cut off.
   */
  readonly gap: (topic: string, partition: number, from: bigint, to: bigint) => void;
}

export interface RecordFeedOptions {
  readonly connection: KafkaConnection;
  readonly groupId: string;
  /** Co-partitioned: partition p of each goes to one member. A topic may have fewer partitions. */
  readonly topics: readonly string[];
  /**
   * Prepares a partition number; nothing of it is taken before it resolves. When it rejects it is called
   * again, with growing pauses, while the others go on. Called anew in each membership.
   */
  readonly open: (partition: number, over: PartitionOver) => Promise<PartitionWork>;
  readonly events: FeedEvents;
  /**
   * Nothing more is taken of a partition while this says so; `resumed` tells when it does not any more.
   * What was taken before may be settled all the same.
   * @default none is
   */
  readonly isPaused?: (partition: number) => boolean;
  /**
   * A partition number, over all its topics, is fetched only while it has less than that taken and not
   * settled. What one fetch gives (192 KiB of each topic) may go beyond it.
   * @default 2,000 records, 8 MiB
   */
  readonly maxUnsettled?: { readonly records: number; readonly bytes: number };
}

export interface RecordFeed {
  start(): void;
  status(): FeedStatus;
  /** Some partition is not paused any more. Those that were not begin to count their stall anew. */
  resumed(): void;
  /**
   * Drains, commits, leaves the group; within about 10 s, or 3 s where it is not in the group. Never
   * rejects. Safe to call twice; it cannot be started again.
   */
  stop(): Promise<void>;
}
