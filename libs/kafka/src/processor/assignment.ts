import type { PartitionTask } from './partition-task.ts';

/**
 * What one join of the group gave to this instance. It is `ready` when its tasks run and its
 * generation is known; a failed transaction makes it unready again; the next join makes it lost.
 */
export class Assignment {
  readonly memberId: string;
  readonly tasks: ReadonlyMap<number, PartitionTask>;
  #generation = -1;
  #prepared = false;
  #preparing = false;
  #ready = Promise.withResolvers<void>();
  readonly #lost = new AbortController();

  constructor(memberId: string, tasks: ReadonlyMap<number, PartitionTask>) {
    this.memberId = memberId;
    this.tasks = tasks;
  }

  /** -1 until a heartbeat has told it: kafkajs does not give it with the join. */
  get generation(): number {
    return this.#generation;
  }

  /** Aborted when another assignment took the place of this one. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  get isReady(): boolean {
    return this.#prepared && this.#generation >= 0 && !this.lost.aborted;
  }

  whenReady(): Promise<void> {
    return this.#ready.promise;
  }

  /**
   * False when preparing is under way already. Two at a time would do harm: the first ends, a
   * transaction is committed, and the second sets the tasks back to offsets from before it.
   */
  beginPreparing(): boolean {
    if (this.#preparing) return false;
    this.#preparing = true;
    return true;
  }

  prepared(): void {
    this.#preparing = false;
    this.#prepared = true;
    this.#announce();
  }

  /**
   * Takes what a heartbeat tells; the highest counts. That it is the generation of the assignment
   * before says nothing: a follower that joins again without need (after a leader of a partition moved,
   * say) keeps its generation. Should a late heartbeat really tell a former one, then the coordinator
   * refuses the transaction, it is tried again, and the next heartbeat tells the right one.
   */
  learnGeneration(memberId: string, generation: number): void {
    if (memberId !== this.memberId || generation <= this.#generation) return;
    this.#generation = generation;
    this.#announce();
  }

  /** A transaction failed: nothing may be taken before the tasks were prepared anew. */
  unprepare(): void {
    if (!this.#prepared || this.lost.aborted) return;
    this.#prepared = false;
    this.#ready = Promise.withResolvers();
    for (const task of this.tasks.values()) task.state = 'fencing';
  }

  lose(): void {
    for (const task of this.tasks.values()) task.state = 'lost';
    this.#lost.abort();
    // Whoever still waits looks at `lost` next.
    this.#ready.resolve();
  }

  #announce(): void {
    if (this.isReady) this.#ready.resolve();
  }
}
