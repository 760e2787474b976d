import type { KafkaConnection } from '../connection.ts';
import type { PartitionLogic, TaskState } from './types.ts';

export interface ProcessorOptions {
  readonly connection: KafkaConnection;
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
  readonly joined: (partitions: readonly number[], generation: number) => void;
  readonly prepared: (partitions: number, milliseconds: number) => void;
  readonly committed: (records: number, milliseconds: number) => void;
  /** A transaction, a restore, a fetch or the membership failed; it is tried again. */
  readonly failed: (what: 'transaction' | 'prepare' | 'group' | 'fetch', error: unknown) => void;
  /** Records between the offsets are gone from the log: retention was faster than the processor. */
  readonly gap: (partition: number, from: number, to: number) => void;
  /** Partitions were taken away before what was begun on them could be finished. */
  readonly forced: (partitions: readonly number[]) => void;
  /** Going on would break a promise; an operator has to decide. */
  readonly fatal: (error: unknown) => void;
}

export interface TaskStatus {
  readonly partition: number;
  readonly state: TaskState;
  /** Records that are not processed yet. */
  readonly lag: number;
  /** Share of the changelog that was read, 0 to 1. */
  readonly restored: number;
  /** Milliseconds since there was something to do and nothing was done. */
  readonly stalledMs: number;
}

export interface ProcessorStatus {
  /** Takes part in its group, and the brokers answer. */
  readonly joined: boolean;
  /** Joined, and every assigned partition runs. Nothing assigned counts as ready. */
  readonly ready: boolean;
  readonly tasks: readonly TaskStatus[];
}
