import type { ProducerRecord } from './record-producer.ts';

/**
 * What became of a request. `again`: a broker said no for now; `lost`: the connection failed, its
 * fate is unknown; `refused`: repeating is of no use.
 */
export type SendOutcome =
  | { readonly kind: 'acked' }
  | { readonly kind: 'again' | 'lost' | 'refused'; readonly cause: unknown };

export const ACKED: SendOutcome = { kind: 'acked' };

/** One client with its connections. It never rejects, and is thrown away once a call was `lost`. */
export interface RecordSender {
  send(records: readonly ProducerRecord[]): Promise<SendOutcome>;
  /** Asks a broker whether it is there and knows the topics. */
  check(): Promise<SendOutcome>;
  /** Drops the connections at once; calls that are open come back `lost`. */
  close(): Promise<void>;
}
