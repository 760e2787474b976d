/** What an effect is done once for: by default one event of one source for one consumer. */
export interface InboxKey {
  readonly consumer: string;
  readonly source: string;
  /** The event id, or what the consumer's `idempotency` makes of the event. */
  readonly id: string;
}

export interface ClaimRequest extends InboxKey {
  /**
   * `new` leaves what is done or dead as it is; `redrive` re-opens what is dead, `again` also what is
   * done. What was re-opened counts its attempts anew; what waits, or was left behind by a crash, goes
   * on counting in every mode.
   */
  readonly mode: 'new' | 'redrive' | 'again';
  /**
   * Id of the redrive or replay that asks: it re-opens an event once, so that a record of it that comes
   * again after a crash does not. Without one every request re-opens.
   */
  readonly reopening?: string | null;
  /** Also takes what a crash has left running, once its lease is over; otherwise that stays busy. */
  readonly takesOver: boolean;
}

/** The right to run a handler now. */
export interface Lease extends InboxKey {
  /** Grows with each claim of the key: who holds an older one is fenced off. */
  readonly token: bigint;
  /** 1 at the first claim. Counted before the handler starts, so a crash counts. */
  readonly attempt: number;
}

export type Claim =
  | { readonly kind: 'claimed'; readonly lease: Lease }
  /** Finished before: not to be started again. */
  | { readonly kind: 'done' }
  | { readonly kind: 'dead' }
  /**
   * Under somebody else's lease until then (milliseconds since 1970, by the clock of the inbox), or being
   * decided about at this moment: to be asked about again then.
   */
  | { readonly kind: 'busy'; readonly until: number /** So far. */; readonly attempts: number };

/** How a lease ends: finished, to be tried later, or given up. */
export type Settlement = 'done' | 'waiting' | 'dead';

/**
 * Remembers which events a consumer has begun and finished (idempotent-consumer pattern). Calls take
 * many at once: a round trip each would be the bottleneck. Of two requests for one key in one call the
 * second one finds the first.
 *
 * @typeParam Db what an effect gets to write with, inside the inbox's own transaction
 */
export interface Inbox<Db> {
  /** The answers stand in the order of the requests. */
  claim(requests: readonly ClaimRequest[], leaseMs: number): Promise<readonly Claim[]>;
  /**
   * Prolongs leases, also one that has run out and that nobody has taken over. False where a lease is
   * lost: its handler has to let go.
   */
  renew(leases: readonly Lease[], leaseMs: number): Promise<readonly boolean[]>;
  /**
   * Ends leases. False where a lease was lost or ended before: somebody else decides about the event.
   * Waits for an effect that runs under one of them.
   */
  settle(
    ends: readonly { readonly lease: Lease; readonly as: Settlement }[],
  ): Promise<readonly boolean[]>;
  /**
   * Runs an effect and marks the event done in one transaction: both or none of it. Nobody can take the
   * event over while the effect runs, however long. An error other than these may come after all was
   * done, when the answer was lost: the next claim tells.
   * @throws BridgeError ERR_CONSUMER_FENCED where the lease was lost; whatever the effect throws
   */
  complete<Result>(lease: Lease, effect: (db: Db) => Promise<Result>): Promise<Result>;
  /** Forgets what was finished before a time (milliseconds since 1970). Returns how many. */
  prune(before: number): Promise<number>;
}
