import { pause } from '../raw/pause.ts';
import type { Appetite } from '../reader/fetch-ahead.ts';
import type { NamedHeaders } from '../wire/named-headers.ts';
import type { RawRecord } from '../wire/raw-record.ts';
import { FeedLane, type LaneOwner } from './feed-lane.ts';
import type { StartPosition } from './start-position.ts';
import type {
  FedRecord,
  FeedEvents,
  FeedPartitionStatus,
  PartitionOver,
  PartitionWork,
} from './types.ts';

const FIRST_RETRY_MS = 200;
const MAX_RETRY_MS = 5_000;

export interface FeedPartitionOptions {
  readonly open: (partition: number, over: PartitionOver) => Promise<PartitionWork>;
  readonly events: Pick<FeedEvents, 'failed' | 'gap'>;
  readonly maxUnsettled: { readonly records: number; readonly bytes: number };
  readonly isPaused: (partition: number) => boolean;
  readonly headersOf: (record: RawRecord) => NamedHeaders;
  /** It may be fetched again. */
  readonly wake: () => void;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

/**
 * A partition number for one membership: assigned, placed (its offsets are known), opened, drained.
 * Opening and placing may take any number of tries.
 */
export class FeedPartition implements LaneOwner {
  readonly partition: number;
  readonly #options: FeedPartitionOptions;
  #lanes: readonly FeedLane[] = [];
  #opening: Promise<void> | undefined;
  #work: PartitionWork | undefined;
  #isDrained = false;
  /** A fetch has been left out because of the bound. */
  #wasFull = false;
  /** When there was nothing to do, or something was done. */
  #movedAt: number;

  constructor(partition: number, options: FeedPartitionOptions) {
    this.partition = partition;
    this.#options = options;
    this.#movedAt = options.now();
  }

  get lanes(): readonly FeedLane[] {
    return this.#lanes;
  }

  /** It was opened, and has not drained. */
  get isAtWork(): boolean {
    return this.#work !== undefined && !this.#isDrained;
  }

  /** Where each of its topics begins. */
  place(positions: readonly StartPosition[]): void {
    this.#lanes = positions.map(
      (position) => new FeedLane(position, this, this.#options.headersOf),
    );
    for (const { topic, gap } of positions) {
      if (gap !== null) this.gap(topic, gap.from, gap.to);
    }
  }

  /** Begins to open it; it is fetched and taken once that has succeeded. */
  open(over: PartitionOver): void {
    this.#opening = this.#openWhenever(over);
  }

  /** Resolves when nothing of it runs any more. Never rejects. */
  async drain(): Promise<void> {
    // What is being opened has been told to end as well, and may have something to give back.
    await this.#opening;
    try {
      await this.#work?.drained();
    } catch (error) {
      this.#options.events.failed('drain', error);
    }
    this.#isDrained = true;
  }

  resumed(): void {
    this.#movedAt = this.#options.now();
    this.#options.wake();
  }

  status(nowMs: number): FeedPartitionStatus {
    const { partition } = this;
    const lag = sumOf(this.#lanes, (lane) => lane.lag);
    const isPaused = this.#options.isPaused(partition);
    const isIdle = lag === 0 && this.#work !== undefined;
    return {
      partition,
      lag,
      unsettled: sumOf(this.#lanes, (lane) => lane.unsettled),
      isPaused,
      stalledMs: isPaused || isIdle ? 0 : nowMs - this.#movedAt,
    };
  }

  get isTaking(): boolean {
    return this.#work !== undefined && !this.#options.isPaused(this.partition);
  }

  get appetite(): Appetite {
    if (!this.isTaking) return 'none';
    if (this.#hasRoom()) return 'hungry';
    this.#wasFull = true;
    return 'soon';
  }

  news(): void {
    if (this.#lanes.every((lane) => lane.lag === 0)) this.#movedAt = this.#options.now();
  }

  take(records: readonly FedRecord[]): void {
    this.#work?.take(records);
  }

  moved(): void {
    this.#movedAt = this.#options.now();
    if (!this.#wasFull || !this.#hasRoom()) return;
    this.#wasFull = false;
    this.#options.wake();
  }

  gap(topic: string, from: number, to: number): void {
    this.#options.events.gap(topic, this.partition, BigInt(from), BigInt(to));
  }

  #hasRoom(): boolean {
    const { records, bytes } = this.#options.maxUnsettled;
    return (
      sumOf(this.#lanes, (lane) => lane.unsettled) < records &&
      sumOf(this.#lanes, (lane) => lane.unsettledBytes) < bytes
    );
  }

  async #openWhenever(over: PartitionOver): Promise<void> {
    const { open, events, wake, now } = this.#options;
    let waitMs = FIRST_RETRY_MS;
    while (!over.drain.aborted) {
      try {
        this.#work = await open(this.partition, over);
        this.#movedAt = now();
        wake();
        return;
      } catch (error) {
        if (over.drain.aborted) return;
        events.failed('open', error);
        await pause(waitMs, over.drain);
        waitMs = Math.min(waitMs * 2, MAX_RETRY_MS);
      }
    }
  }
}

/** Lanes are few, and this is called for each record: no array is made. */
function sumOf(lanes: readonly FeedLane[], numberOf: (lane: FeedLane) => number): number {
  let sum = 0;
  for (const lane of lanes) sum += numberOf(lane);
  return sum;
}
