import type { DeliveryHeaders } from './delivery-headers.ts';

/** How a delivery was signed, and so whose job it is. */
export interface Proof {
  readonly scheme: 'v1' | 'v1a' | 'jwt';
  readonly trust: 'project' | 'tagged' | 'unproven';
}

/** A sender with a path of its own. */
export interface Source {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** The proof that the signature gives, or null. Compares in constant time. */
  readonly verify: (headers: DeliveryHeaders, rawBody: Buffer) => Proof | null;
}

/** Sources by name. */
export type Sources = ReadonlyMap<string, Source>;
