/** A record as the processor hands it to the step. */
export interface InputRecord {
  readonly offset: bigint;
  /** Record time, milliseconds since 1970. */
  readonly timestamp: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  /** As kafkajs gives them: a header that occurs several times is an array. */
  readonly headers: Readonly<Record<string, Buffer | string | (Buffer | string)[] | undefined>>;
}

/** A record that a step emits. It goes to the same partition number as its input. */
export interface OutputRecord {
  readonly topic: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Map<Buffer, Buffer>;
  readonly timestamp: number;
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
  process(records: readonly InputRecord[]): {
    readonly output: readonly OutputRecord[];
    readonly changelog: readonly Buffer[];
  };
  commit(): void;
  discard(): void;
}

/**
 * States of a partition task:
 * `fencing` (asking for stable offsets: an open transaction of a former owner is being settled) →
 * `restoring` (reading the changelog) → `running` → `lost` (another assignment took its place).
 * A failed transaction leads back to `fencing`. Draining needs no state of its own: the group is
 * joined again only after every batch handler has returned.
 */
export type TaskState = 'fencing' | 'restoring' | 'running' | 'lost';
