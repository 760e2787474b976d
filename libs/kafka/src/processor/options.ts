import type { Kafka } from 'kafkajs';
import type { Cluster } from '../raw/cluster.ts';
import type { PartitionLogic, TaskState } from './types.ts';

export interface ProcessorOptions {
  readonly kafka: Kafka;
  readonly cluster: Cluster;
  readonly groupId: string;
  readonly transactionalId: string;
  readonly inputTopic: string;
  readonly changelogTopic: string;
  readonly createLogic: (partition: number) => PartitionLogic;
  /** Begin at the earliest record although offsets were lost. */
  readonly allowOffsetReset: boolean;
  readonly events: ProcessorEvents;
}

/** What the processor tells; all of it is for logs and metrics. */
export interface ProcessorEvents {
  readonly joined: (partitions: readonly number[], memberId: string) => void;
  readonly prepared: (partitions: number, milliseconds: number) => void;
  readonly committed: (records: number, milliseconds: number) => void;
  /** A transaction, a restore or the group client failed; it is tried again. */
  readonly failed: (what: 'transaction' | 'prepare' | 'consumer', error: unknown) => void;
  /** Records between the offsets are gone from the log: retention was faster than the processor. */
  readonly gap: (partition: number, from: bigint, to: bigint) => void;
  /** Going on would break a promise; an operator has to decide. */
  readonly fatal: (error: unknown) => void;
}

export interface ProcessorStatus {
  /** Takes part in its group, and the brokers answer. */
  readonly joined: boolean;
  /** Joined, and every assigned partition runs. Nothing assigned counts as ready. */
  readonly ready: boolean;
  readonly tasks: readonly { readonly partition: number; readonly state: TaskState }[];
}
