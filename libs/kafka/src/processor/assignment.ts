import type { PartitionTask } from './partition-task.ts';

/**
 * What one join of the group gave to this instance. It is `ready` when its tasks run and its
 * generation is known; a failed transaction makes it unready again; the next join makes it lost.
 */
export class Assignment {
  readonly memberId: string;
  readonly tasks: ReadonlyMap<number, PartitionTask>;
  /** -1 until a heartbeat has told it: kafkajs does not give it with the join. */
  generation = -1;
  #prepared = false;
  #ready = Promise.withResolvers<void>();
  readonly #lost = new AbortController();

  constructor(memberId: string, tasks: ReadonlyMap<number, PartitionTask>) {
    this.memberId = memberId;
    this.tasks = tasks;
  }

  /** Aborted when another assignment took the place of this one. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  get isReady(): boolean {
    return this.#prepared && this.generation >= 0 && !this.lost.aborted;
  }

  whenReady(): Promise<void> {
    return this.#ready.promise;
  }

  prepared(): void {
    this.#prepared = true;
    this.#announce();
  }

  learnGeneration(generation: number): void {
    if (this.generation >= 0) return;
    this.generation = generation;
    this.#announce();
  }

  /** A transaction failed: nothing may be taken before the tasks were prepared anew. */
  unprepare(): void {
    if (!this.#prepared) return;
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
