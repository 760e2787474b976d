import type { Cluster } from '../raw/cluster.ts';
import type { Payload, RawRecord } from '../wire/raw-record.ts';

/** A part of a partition's log. */
export interface CopyRange {
  readonly topic: string;
  readonly partition: number;
  /** First offset. */
  readonly from: number;
  /** Behind the last one. */
  readonly until: number;
}

/** A record that is wanted: what is written of it, and under which name it is counted. */
export interface Selected {
  readonly payload: Payload;
  readonly countAs: string;
}

/** Whether a record is wanted. A promise costs more. */
export type Select = (
  record: RawRecord,
  range: CopyRange,
) => Selected | null | Promise<Selected | null>;

export interface CopyOptions {
  readonly cluster: Cluster;
  /**
   * Group whose offsets tell how far the copy is, and transactional id that fences off whoever made the
   * same copy before. The group never has members.
   */
  readonly id: string;
  readonly ranges: readonly CopyRange[];
  /** Records keep their partition number. */
  readonly target: { readonly topic: string; readonly partitions: number };
  readonly select: Select;
  /** Records of one transaction, at most. */
  readonly mostAtOnce: number;
  /** Called before so many records are sent; resolves when they may be. */
  readonly pass: (records: number) => Promise<void>;
  /** Everything up to here is committed; also told once at the start. */
  readonly onCommitted: (progress: CopyProgress) => void;
  /** Something went wrong and is tried again. */
  readonly onFailure: (error: unknown) => void;
  /** Ends the copy between two transactions. */
  readonly signal: AbortSignal;
}

/** How far a copy is, over all of its lives. */
export interface CopyProgress {
  /** Offsets behind it, of all ranges together. */
  readonly scanned: number;
  /** Records that were written, by the name under which they count. */
  readonly copied: Readonly<Record<string, number>>;
  readonly isComplete: boolean;
}
