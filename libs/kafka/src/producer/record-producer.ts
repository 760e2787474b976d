/** A record as it goes out. */
export interface ProducerRecord {
  readonly topic: string;
  readonly key: string | Buffer;
  readonly value: Buffer;
  readonly headers: Readonly<Record<string, string>>;
  /** Left out: the partition that Java's producer would choose for the key. */
  readonly partition?: number;
}

/** Whether records can be acknowledged now, and if not, why. */
export interface ProducerStatus {
  readonly ok: boolean;
  readonly detail: string;
}

/** Puts records durably on Kafka: acks=all, at least once. Outlives any outage of the brokers. */
export interface RecordProducer {
  /**
   * Resolves when all in-sync replicas have the record, and not before.
   * A record that was given up may still have been written.
   * @throws BridgeError ERR_KAFKA_UNAVAILABLE not acknowledged within the delivery timeout, too much
   * is in flight, Kafka is known to be away, or the producer is closed
   */
  readonly publish: (record: ProducerRecord) => Promise<void>;
  /** Lets what is in flight end (acknowledged or given up), then closes. Safe to call twice. */
  readonly close: () => Promise<void>;
  /** Bytes of records that are neither acknowledged nor given up. */
  readonly inFlightBytes: number;
  readonly status: () => ProducerStatus;
}
