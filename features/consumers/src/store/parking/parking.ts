/** A record as it was consumed, to be handled later. */
export interface ParkableRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  /** UTF-8; empty where the record has none. */
  readonly key: string;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, Buffer>>;
}

/** Why a record did not succeed yet. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

export interface Postponement {
  /** Milliseconds since 1970. */
  readonly dueAt: number;
  /** How often it was tried so far. */
  readonly attempts: number;
  readonly failure: Failure;
}

export interface NewParked {
  readonly record: ParkableRecord;
  /** When it may be tried; it waits for earlier ones of its key in any case. Milliseconds since 1970. */
  readonly dueAt: number;
  /** How often it was tried already; 0 for one that only stands behind another. */
  readonly attempts: number;
  readonly failure: Failure | null;
}

export interface Parked extends NewParked {
  readonly consumer: string;
  /** Order within consumer, partition and key. Never used again: who holds a record that is gone, notices. */
  readonly sequence: bigint;
  /** Milliseconds since 1970. */
  readonly firstFailureAt: number | null;
}

/**
 * Keeps records that are tried later, in order per key. A key with parked records is blocked: all later
 * records of it are parked too, before their offset is committed, so a partition is never held up and
 * the order stays whole. Only the owner of a partition works on its records, so keys are told apart by
 * partition: one key in two partitions is two, as is the empty key of records that have none.
 */
export interface Parking {
  /**
   * Puts records behind those of their keys, in the order given. Twice the same place in a topic: harmless,
   * also after a call that failed half-way.
   */
  park(consumer: string, records: readonly NewParked[]): Promise<void>;
  /** Keys that have parked records in a partition. A new owner asks before its first record. */
  blockedKeys(consumer: string, partition: number): Promise<readonly string[]>;
  /** The first record of each key, where it is due, those that are due longest first. */
  due(
    consumer: string,
    partitions: readonly number[],
    now: number,
    limit: number,
  ): Promise<readonly Parked[]>;
  /** The records of its key behind a record, in order, due or not, whether or not it is still there itself. */
  following(record: Parked, limit: number): Promise<readonly Parked[]>;
  /**
   * Counts an attempt before it begins, so that a crash counts. The answers are the attempts so far, this
   * one included; 0 for a record that is not parked any more.
   */
  begin(records: readonly Parked[]): Promise<readonly number[]>;
  /** It failed once more and is tried at `dueAt`. Does nothing where the record is not parked any more. */
  postpone(record: Parked, later: Postponement): Promise<void>;
  /**
   * They are settled. True where the key has no more parked records once all of them are gone: it is free
   * again. Also for a record that was removed before.
   */
  remove(records: readonly Parked[]): Promise<readonly boolean[]>;
  /** Timestamp of the oldest record that is parked, milliseconds since 1970; null where none is. */
  oldest(consumer: string): Promise<number | null>;
  /** How many are parked, by partition. */
  counts(consumer: string): Promise<ReadonlyMap<number, number>>;
}
