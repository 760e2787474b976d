import type { Appetite, Chunk, FetchSource } from '../reader/fetch-ahead.ts';
import type { NamedHeaders } from '../wire/named-headers.ts';
import type { RawRecord } from '../wire/raw-record.ts';
import { FetchedRecord } from './fetched-record.ts';
import type { StartPosition } from './start-position.ts';
import type { FedRecord } from './types.ts';
import { type Run, UnsettledWindow } from './unsettled-window.ts';

/** What a lane tells and asks the partition that it belongs to. */
export interface LaneOwner {
  readonly appetite: Appetite;
  /** False: what was fetched is dropped, and fetched again later. */
  readonly isTaking: boolean;
  /** There may be more to do than before; called before the lane takes it in. */
  news(): void;
  take(records: readonly FedRecord[]): void;
  /** A record was settled, or something was passed over. */
  moved(): void;
  gap(topic: string, from: number, to: number): void;
}

/** One topic of a partition: what of it is fetched, taken, settled, committed. */
export class FeedLane implements FetchSource {
  readonly topic: string;
  readonly partition: number;
  readonly headersOf: (record: RawRecord) => NamedHeaders;
  /** Offset that the group has committed, as far as this member knows. */
  committed: number;
  readonly #owner: LaneOwner;
  readonly #window: UnsettledWindow;
  #highWatermark: number;

  constructor(
    { topic, partition, committed, position, end }: StartPosition,
    owner: LaneOwner,
    headersOf: (record: RawRecord) => NamedHeaders,
  ) {
    this.topic = topic;
    this.partition = partition;
    this.headersOf = headersOf;
    this.committed = committed ?? position;
    this.#owner = owner;
    this.#window = new UnsettledWindow(position);
    this.#highWatermark = end;
  }

  get fetchPosition(): number {
    return this.#window.next;
  }

  get appetite(): Appetite {
    return this.#owner.appetite;
  }

  /** What may be committed. */
  get watermark(): number {
    return this.#window.watermark;
  }

  get unsettled(): number {
    return this.#window.records;
  }

  get unsettledBytes(): number {
    return this.#window.bytes;
  }

  /** Offsets that are not fetched, and records that are not settled. */
  get lag(): number {
    return Math.max(0, this.#highWatermark - this.#window.next) + this.#window.records;
  }

  take({ records, next }: Chunk, highWatermark: number): void {
    this.heardOfEnd(highWatermark);
    if (!this.#owner.isTaking || next === this.#window.next) return;
    const raws = records();
    const run = this.#window.add(raws, next);
    if (raws.length === 0) this.#owner.moved();
    else this.#owner.take(raws.map((raw, index) => new FetchedRecord(this, raw, run, index)));
  }

  /** What is on its way when the position is moved back counts no more: it comes again. */
  outOfRange(begin: number): void {
    const { next } = this.#window;
    if (begin > next) this.#window.add([], begin);
    else this.#window.restart(begin);
    this.#owner.gap(this.topic, next, begin);
    this.#owner.moved();
  }

  /** The log ends there now; records of open transactions count. */
  heardOfEnd(highWatermark: number): void {
    this.#owner.news();
    this.#highWatermark = highWatermark;
  }

  settle(run: Run, index: number): void {
    if (this.#window.settle(run, index)) this.#owner.moved();
  }
}
