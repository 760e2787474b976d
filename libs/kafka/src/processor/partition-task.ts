import type { Chunk } from '../reader/fetch-ahead.ts';
import type { RawRecord } from '../wire/raw-record.ts';
import type { PartitionLogic, TaskState } from './types.ts';

/** A run of records of one partition, for one transaction. */
export interface Run {
  readonly records: () => readonly RawRecord[];
  readonly next: number;
  /** What the records are views of. */
  readonly bytes: readonly Buffer[];
}

/**
 * One input partition as this instance holds it: its logic with state, where the state stands in the
 * changelog, and what was fetched and not yet taken. Kept over memberships as long as the partition
 * stays here: the changelog is then read from where the state stands, not from its beginning.
 */
export class PartitionTask {
  readonly partition: number;
  readonly logic: PartitionLogic;
  state: TaskState = 'assigned';
  /** Input offset behind the last committed transaction; known once fenced. */
  position = -1;
  /** Next input offset to fetch. */
  fetchPosition = -1;
  /** End of the input's log as the last fetch told it. */
  highWatermark = -1;
  /** The state holds all committed changelog records below this; -1 when nothing was read yet. */
  changelogPosition = -1;
  /** Where the changelog ended when the restore began; for its progress. */
  changelogEnd = -1;
  /** Whether the changelog ever gave a committed value. */
  restoredAny = false;
  /** Bytes that wait to be taken. */
  bufferedBytes = 0;
  #chunks: Chunk[] = [];
  /** When there was nothing to do, or something was done. */
  #movedAt: number;

  /** @param nowMs monotonic milliseconds */
  constructor(partition: number, logic: PartitionLogic, nowMs: number) {
    this.partition = partition;
    this.logic = logic;
    this.#movedAt = nowMs;
  }

  /** Begins at an offset; what was fetched before is dropped. */
  beginAt(position: number): void {
    this.position = position;
    this.fetchPosition = position;
    this.#chunks = [];
    this.bufferedBytes = 0;
  }

  add(chunk: Chunk, highWatermark: number, nowMs: number): void {
    if (this.lag === 0) this.#movedAt = nowMs;
    this.highWatermark = highWatermark;
    if (chunk.next === this.fetchPosition) return;
    this.fetchPosition = chunk.next;
    this.bufferedBytes += chunk.bytes.length;
    this.#chunks.push(chunk);
  }

  get isWaiting(): boolean {
    return this.#chunks.length > 0;
  }

  /** Takes what waits, in whole chunks, until it is about so many bytes; at least one chunk. */
  take(enoughBytes: number): Run {
    const taken: Chunk[] = [];
    let bytes = 0;
    while (bytes < enoughBytes) {
      const chunk = this.#chunks.shift();
      if (chunk === undefined) break;
      taken.push(chunk);
      bytes += chunk.bytes.length;
      this.bufferedBytes -= chunk.bytes.length;
    }
    return {
      records: () => taken.flatMap((chunk) => chunk.records()),
      next: taken.at(-1)?.next ?? this.position,
      bytes: taken.map((chunk) => chunk.bytes),
    };
  }

  committed(next: number, nowMs: number): void {
    this.position = next;
    this.#movedAt = nowMs;
  }

  /** Records that are not processed yet. */
  get lag(): number {
    return Math.max(0, this.highWatermark - Math.max(0, this.position));
  }

  /** Milliseconds since it had something to do and did nothing; 0 where it has nothing to do. */
  stalledMs(nowMs: number): number {
    return this.lag === 0 && this.state === 'running' ? 0 : nowMs - this.#movedAt;
  }

  /** Share of the changelog that was read, 0 to 1. */
  get restored(): number {
    if (this.state === 'running' || this.state === 'draining') return 1;
    if (this.changelogEnd < 0) return 0;
    if (this.changelogEnd === 0) return 1;
    return Math.min(1, Math.max(0, this.changelogPosition) / this.changelogEnd);
  }
}
