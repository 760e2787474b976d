import type { Cluster } from '../raw/cluster.ts';
import { FetchAhead, type FetchSource } from '../reader/fetch-ahead.ts';
import type { PartitionTask } from './partition-task.ts';

/** A partition is not fetched further while so much of it waits: memory is bounded. */
const MAX_BUFFERED_BYTES = 384 * 1024;

interface FetcherOptions {
  /** For fetching alone: a broker answers one request of a connection after the other. */
  readonly cluster: Cluster;
  readonly topic: string;
  readonly tasks: readonly PartitionTask[];
  /** Ends the fetching; what is on its way then is dropped. */
  readonly signal: AbortSignal;
  readonly now: () => number;
  readonly events: {
    readonly failed: (what: 'fetch', error: unknown) => void;
    readonly gap: (partition: number, from: number, to: number) => void;
  };
}

/** Fetches the input of tasks ahead while their transactions run. */
export class InputFetcher {
  readonly #options: FetcherOptions;
  readonly #ahead: FetchAhead;
  #arrival = Promise.withResolvers<void>();
  #failure: Error | null = null;

  constructor(options: FetcherOptions) {
    const { cluster, tasks, signal } = options;
    this.#options = options;
    signal.addEventListener('abort', () => this.#arrival.resolve(), { once: true });
    this.#ahead = new FetchAhead({
      cluster,
      sources: tasks.map((task) => this.#sourceOf(task)),
      signal,
      failed: (error) => this.#failed(error),
    });
  }

  /**
   * Resolves when something has arrived since the last look at what waits, or the fetching has ended.
   * @throws where fetching cannot go on from these positions
   */
  async arrived(): Promise<void> {
    await this.#arrival.promise;
    if (this.#failure !== null) throw this.#failure;
  }

  /** What waits is looked at now: the next arrival is news. */
  lookedAt(): void {
    const isOver = this.#failure !== null || this.#options.signal.aborted;
    if (!isOver) this.#arrival = Promise.withResolvers();
  }

  /** Something was taken: there may be room again. */
  taken(): void {
    this.#ahead.wake();
  }

  #sourceOf(task: PartitionTask): FetchSource {
    const { topic, now, events } = this.#options;
    const { partition } = task;
    // Once one partition cannot go on none does: whoever takes what arrives gets to know of it then.
    const hasEnded = (): boolean => this.#failure !== null;
    return {
      topic,
      partition,
      get fetchPosition() {
        return task.fetchPosition;
      },
      get appetite() {
        return !hasEnded() && task.bufferedBytes < MAX_BUFFERED_BYTES ? 'hungry' : 'none';
      },
      take: (chunk, highWatermark) => {
        if (hasEnded()) return;
        task.add(chunk, highWatermark, now());
        if (task.isWaiting) this.#arrival.resolve();
      },
      outOfRange: (begin) => {
        if (hasEnded()) return;
        const { fetchPosition: from } = task;
        if (from > begin) this.#end(new Error(`${topic}-${partition} ends before ${from}`));
        // Retention removed what was to be read next: the log goes on at its first record.
        events.gap(partition, from, begin);
        task.fetchPosition = begin;
      },
    };
  }

  /** Only the owner of the offsets can tell what a log that ends before the position means. */
  #end(failure: Error): never {
    this.#failure = failure;
    this.#arrival.resolve();
    throw failure;
  }

  #failed(error: unknown): void {
    if (this.#failure === null) this.#options.events.failed('fetch', error);
  }
}
