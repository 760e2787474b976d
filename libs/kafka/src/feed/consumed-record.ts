/** A record as a consumer service gets it. */
export interface ConsumedRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  /** Of a header that occurs several times, the last. */
  readonly headers: Readonly<Record<string, Buffer>>;
}
