/** A consumer, or one partition of it, that was paused by hand. */
export interface Pause {
  readonly consumer: string;
  /** Null: all of them, those that come later too. */
  readonly partition: number | null;
  readonly actor: string;
  readonly reason: string | null;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/**
 * What is paused, for all instances of a consumer. A partition is paused while there is a pause for it or
 * for all of them.
 */
export interface Pauses {
  /** @returns false where there is such a pause already, which stays as it was */
  add(pause: Pause): Promise<boolean>;
  /**
   * Ends the pause of one partition, or, with null, all pauses of a consumer.
   * @returns those that have ended
   */
  end(consumer: string, partition: number | null): Promise<readonly Pause[]>;
  /** Of one consumer, or of all of them; in order of consumer and partition, all partitions first. */
  list(consumer?: string): Promise<readonly Pause[]>;
}
