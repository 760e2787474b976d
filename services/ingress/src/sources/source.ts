import type { QuarantineReason } from '@gemini-events/events';
import type { DeliveryHeaders } from '../accept/delivery-headers.ts';

/** How a delivery was signed, and what that proves. */
export interface Proof {
  readonly scheme: 'v1' | 'v1a' | 'jwt';
  /** `project`: our own secret. Google's keys alone prove nothing about whose job it is. */
  readonly trust: 'project' | 'unproven';
  /** What the record keeps in place of the signature header: a token is a credential. */
  readonly signature?: string;
  /** The signature does not cover the webhook-id: repeats are found by the body instead. */
  readonly isUnbound?: true;
  /** Genuine, but not to be published as an event. */
  readonly quarantine?: QuarantineReason;
}

export type Verification =
  | { readonly proof: Proof }
  | { readonly refused: 'signature_wrong' | 'too_many_failures' }
  /** The keys were never there yet, or too many wait: nothing can be said about the delivery. */
  | { readonly unavailable: 'keys' | 'overload' };

/** What is checked: headers that passed the cheap checks, the raw body, and who asks. */
export interface Candidate {
  readonly headers: DeliveryHeaders;
  readonly rawBody: Buffer;
  /** Address of the sender; empty for sources that do not need it. */
  readonly address: string;
  /** Unix seconds. */
  readonly nowSeconds: number;
}

/** A sender with a path of its own. */
export interface Source {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Its checks may wait, and cost enough to be counted per address. */
  readonly isDynamic: boolean;
  /** Made by our own job launcher into `user_metadata`; null: nothing can be `tagged`. */
  readonly ownerKey: string | null;
  /** Compares in constant time. Never rejects. */
  readonly verify: (candidate: Candidate) => Verification | Promise<Verification>;
}

/** Sources by name. */
export type Sources = ReadonlyMap<string, Source>;

export const SIGNATURE_WRONG: Verification = { refused: 'signature_wrong' };

/** A right HMAC proves that our own project's webhook sent it: the secret is ours. */
export const PROJECT: Verification = { proof: { scheme: 'v1', trust: 'project' } };
