/** Lets a bounded number of tasks run at once; the others wait in order. */
export class Limiter {
  readonly #limit: number;
  #waiting: (() => void)[] = [];
  #next = 0;
  #running = 0;
  #closed = false;
  readonly #idle = Promise.withResolvers<void>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Never resolves where the limiter is closed before the task's turn has come. */
  async run<Result>(task: () => Promise<Result>): Promise<Result> {
    if (this.#running >= this.#limit || this.#closed) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else {
      this.#running += 1;
    }
    try {
      return await task();
    } finally {
      this.#release();
    }
  }

  /** Starts nothing more, and waits for what runs. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#waiting = [];
    if (this.#running > 0) await this.#idle.promise;
  }

  /** Hands the place to the next in line: `#running` stays as it is then. */
  #release(): void {
    const next = this.#closed ? undefined : this.#waiting[this.#next];
    if (next !== undefined) {
      this.#next += 1;
      if (this.#next > 1_024 && this.#next * 2 > this.#waiting.length) {
        this.#waiting = this.#waiting.slice(this.#next);
        this.#next = 0;
      }
      next();
      return;
    }
    this.#running -= 1;
    if (this.#closed && this.#running === 0) this.#idle.resolve();
  }
}
