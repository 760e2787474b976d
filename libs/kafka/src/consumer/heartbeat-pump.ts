/** How often a waiting batch handler offers a heartbeat; the client sends one when its interval passed. */
const BEAT_MS = 250;

/**
 * kafkajs sends heartbeats only when a batch handler asks for them. While handlers wait for a
 * transaction or a restore, this asks in their name, so that a slow broker does not cost the
 * membership.
 */
export class HeartbeatPump {
  #handlers = 0;
  #timer: NodeJS.Timeout | undefined;
  #inFlight: Promise<void> | undefined;
  #failure: unknown;
  readonly #waiting = new Set<(failure: unknown) => void>();

  /** Runs `work` with heartbeats; afterwards throws what a heartbeat threw (a rebalance has begun). */
  async while(heartbeat: () => Promise<void>, work: () => Promise<void>): Promise<void> {
    this.#enter(heartbeat);
    try {
      await work();
      // A heartbeat in flight must not outlive the handler: it would report the former generation
      // after the next join.
      await this.#inFlight;
    } finally {
      this.#leave();
    }
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** A heartbeat failed since the handlers began: the group is being joined anew. */
  get hasFailed(): boolean {
    return this.#failure !== undefined;
  }

  /** Rejects as soon as a heartbeat fails: there is no use in waiting for this assignment. */
  failed(signal: AbortSignal): Promise<never> {
    return new Promise((_, reject) => {
      if (this.#failure !== undefined) reject(this.#failure);
      this.#waiting.add(reject);
      signal.addEventListener('abort', () => this.#waiting.delete(reject), { once: true });
    });
  }

  #enter(heartbeat: () => Promise<void>): void {
    if (this.#handlers === 0) {
      this.#failure = undefined;
      this.#timer = setInterval(() => {
        this.#inFlight ??= heartbeat()
          .catch((error: unknown) => {
            this.#failure ??= error;
            for (const reject of this.#waiting) reject(error);
          })
          .finally(() => {
            this.#inFlight = undefined;
          });
      }, BEAT_MS);
    }
    this.#handlers += 1;
  }

  #leave(): void {
    this.#handlers -= 1;
    if (this.#handlers === 0) clearInterval(this.#timer);
  }
}
