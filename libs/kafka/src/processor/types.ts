import type { Payload, RawRecord } from '../wire/raw-record.ts';

/** A record that a step emits. It goes to the same partition number as its input. */
export interface OutputRecord {
  readonly topic: string;
  /** Record time, milliseconds since 1970. */
  readonly timestamp: number;
  /** Key, value and headers: a `RawRecord`, for a copy of it, or what `withHeader` or `encodePayload` gave. */
  readonly payload: Payload;
}

/**
 * The logic of one partition, with the state that it keeps. What `process` remembers stays apart
 * until `commit`, so that an aborted transaction leaves no trace; `process` is never called again
 * before the transaction of the former call is committed or discarded.
 */
export interface PartitionLogic {
  /** Takes in one committed value of the changelog. Twice the same is harmless. */
  restore(value: Buffer): void;
  /** Decides what a run of records gives: output, and what the changelog has to remember. */
  process(records: readonly RawRecord[]): {
    readonly output: readonly OutputRecord[];
    readonly changelog: readonly Buffer[];
  };
  commit(): void;
  discard(): void;
}

/**
 * States of a partition task, as the group gives and takes it:
 *
 * - `assigned`: the group gave it to this instance; nothing is known of it yet.
 * - `fencing`: asking for stable offsets; an open transaction of a former owner is being settled.
 * - `restoring`: the changelog is read to its end.
 * - `running`: its records are fetched and taken into transactions.
 * - `draining`: a rebalance or the end has begun; the open transaction is finished, nothing new begins.
 * - `lost`: it was taken away, or the membership ended without a drain.
 *
 * A failed transaction leads from `running` back to `fencing`.
 */
export type TaskState = 'assigned' | 'fencing' | 'restoring' | 'running' | 'draining' | 'lost';
