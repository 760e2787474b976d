import type { FedRecord, PartitionOver, PartitionWork } from '@gemini-events/kafka/feed';
import { createFilter } from '../definition/event.ts';
import type { Parked } from '../store/parking/parking.ts';
import { parkBehind } from './conclude.ts';
import type { Job } from './job.ts';
import { Lane, type LanePartition } from './lane.ts';
import { LetGo } from './persist.ts';
import type { Runtime } from './ports.ts';
import { readJob } from './read-job.ts';

/**
 * The events of one partition number: those of one key one after the other, keys side by side. A key
 * that has parked records is blocked: what comes for it is parked behind them.
 */
export class PartitionRunner implements PartitionWork {
  readonly partition: number;
  readonly #runtime: Runtime;
  readonly #wants: (type: string) => boolean;
  readonly #drain: AbortSignal;
  readonly #letGo = new AbortController();
  readonly #asked: LanePartition;
  readonly #lanes = new Map<string, Lane>();
  readonly #blocked: Set<string>;
  /** Keys of which the first record is put off by this process: it is not due soon. */
  readonly #putOff = new Set<string>();
  /** The last of the parkings of a key that are on their way. */
  readonly #parkings = new Map<string, Promise<void>>();
  /** How often something was parked for a key since it was blocked. */
  readonly #parked = new Map<string, number>();
  readonly #onDue: () => void;
  #reading: Promise<void> = Promise.resolve();
  #running = 0;
  #idle = Promise.withResolvers<void>();

  constructor(
    runtime: Runtime,
    partition: number,
    options: {
      readonly blockedKeys: readonly string[];
      readonly over: PartitionOver;
      /** The next record of a key may be due. */
      readonly onDue: () => void;
    },
  ) {
    this.partition = partition;
    this.#runtime = runtime;
    this.#wants = createFilter(runtime.consumer.subscribe);
    this.#blocked = new Set(options.blockedKeys);
    this.#drain = options.over.drain;
    this.#onDue = options.onDue;
    this.#idle.resolve();
    this.#asked = {
      runtime,
      partition,
      drain: this.#drain,
      letGo: this.#letGo.signal,
      read: (parked, settle) => this.#readJob(parked.record, parked, settle),
      block: (key, parking) => {
        this.#blocked.add(key);
        this.#putOff.add(key);
        this.#chain(key, parking);
      },
      parkBehind: (job) => this.#parkBehind(job),
      leaving: (key) => this.#leaving(key),
    };
    // A function of its own for each partition: they share the signal.
    options.over.drain.addEventListener('abort', () => runtime.pauses.wake(), { once: true });
    // Without an inbox nobody would stop a second run of what is still running here.
    if (runtime.consumer.idempotency === 'none') {
      options.over.lost.addEventListener('abort', () => this.letGo(), { once: true });
    }
  }

  /** Handlers have to end now, whatever becomes of their events. */
  letGo(): void {
    this.#letGo.abort();
  }

  get isDraining(): boolean {
    return this.#drain.aborted;
  }

  take(records: readonly FedRecord[]): void {
    // Decoding may have to wait for the registry; the order is kept.
    this.#reading = this.#reading.then(async () => {
      for (const record of records) {
        if (this.isDraining) return;
        await this.#take(record);
      }
    });
  }

  async drained(): Promise<void> {
    await this.#reading;
    await this.#idle.promise;
  }

  get isIdle(): boolean {
    return this.#running === 0;
  }

  /** Keys that run now: their parked records have to wait. */
  isRunning(key: string): boolean {
    return this.#lanes.has(key);
  }

  /** Tries a record that was parked; the caller has seen that its key does not run. */
  async retry(parked: Parked): Promise<void> {
    const { key } = parked.record;
    // Parked by a former owner after this one had asked for blocked keys.
    this.#blocked.add(key);
    this.#putOff.delete(key);
    const lane = this.#open(key);
    this.#start(lane, lane.addParked(parked));
  }

  async #take(record: FedRecord): Promise<void> {
    try {
      const job = await this.#readJob(record, null, () => record.settle());
      if (job.event !== null && !this.#wants(job.event.type)) job.settle();
      else if (this.#blocked.has(job.key)) this.#parkBehind(job);
      else this.#enqueue(job);
    } catch (error) {
      if (!(error instanceof LetGo)) this.#runtime.events.blocked('runtime', error);
    }
  }

  #readJob(record: FedRecord | Parked['record'], parked: Parked | null, settle: () => void) {
    return readJob(this.#runtime, record, { parked, settle, letGo: this.#letGo.signal });
  }

  #enqueue(job: Job): void {
    const lane = this.#lanes.get(job.key);
    if (lane !== undefined) return lane.add(job);
    const opened = this.#open(job.key);
    opened.add(job);
    this.#start(opened, Promise.resolve());
  }

  #open(key: string): Lane {
    const lane = new Lane(key, this.#asked);
    this.#lanes.set(key, lane);
    return lane;
  }

  #start(lane: Lane, prepared: Promise<void>): void {
    const { key } = lane;
    this.#started();
    void prepared
      .then(() => lane.run())
      .catch((error) => {
        if (!(error instanceof LetGo)) this.#runtime.events.blocked('runtime', error);
      })
      .then(() => {
        // What came for it in its last moments.
        if (lane.hasJobs && !this.isDraining && !this.#letGo.signal.aborted) {
          this.#start(lane, Promise.resolve());
          this.#ended();
          return;
        }
        this.#lanes.delete(key);
        // Only now: while the lane is there its key counts as running, and is passed over.
        if (this.#blocked.has(key) && !this.#putOff.has(key)) this.#onDue();
        this.#ended();
      });
  }

  #parkBehind(job: Job): void {
    const { key } = job;
    const before = this.#parkings.get(key) ?? Promise.resolve();
    this.#chain(
      key,
      // One behind the other, so that an outage in between does not change their order.
      before.then(async () => {
        await parkBehind(this.#runtime, job, this.#letGo.signal);
        this.#runtime.events.parked(1);
        // The record in front of it may have gone meanwhile.
        if (!this.#lanes.has(key) && !this.#putOff.has(key)) this.#onDue();
      }),
    );
  }

  /**
   * The database says that nothing of a key is parked any more; before that is heard here, an event of the
   * key comes and is parked, and that is heard first. So the answer counts only where nothing was being
   * parked when it was asked for, nor has been since. Else the next event would pass the one that is parked.
   */
  #leaving(key: string): () => void {
    const isParking = this.#parkings.has(key);
    const parked = this.#parked.get(key);
    return () => {
      if (isParking || this.#parked.get(key) !== parked) return;
      this.#blocked.delete(key);
      this.#parked.delete(key);
    };
  }

  #chain(key: string, parking: Promise<void>): void {
    this.#started();
    this.#parked.set(key, (this.#parked.get(key) ?? 0) + 1);
    // Also behind those that are under way: an event may fail again while others are parked behind it,
    // and what comes then has to wait for these others.
    const last = Promise.allSettled([this.#parkings.get(key), parking]).then(() => undefined);
    this.#parkings.set(key, last);
    void last.then(() => {
      if (this.#parkings.get(key) === last) this.#parkings.delete(key);
      this.#ended();
    });
  }

  #started(): void {
    if (this.#running === 0) this.#idle = Promise.withResolvers();
    this.#running += 1;
  }

  #ended(): void {
    this.#running -= 1;
    if (this.#running === 0) this.#idle.resolve();
  }
}
