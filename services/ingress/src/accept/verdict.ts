import type { Proof } from '../sources/source.ts';

/** Why a delivery was refused; label values of the metrics. */
export type RefusalReason =
  | 'path_unknown'
  | 'method_not_allowed'
  | 'body_too_large'
  | 'headers_missing'
  | 'headers_malformed'
  | 'timestamp_stale'
  | 'signature_wrong'
  | 'too_many_failures';

/** Why a delivery could not be taken now; the sender shall repeat it. */
export type UnavailableReason = 'kafka' | 'schemas' | 'keys' | 'overload' | 'internal';

/** What the bridge decided about one request. */
export type Verdict =
  | {
      readonly verdict: 'accepted';
      readonly scheme: Proof['scheme'];
      /** A type of the catalogue, `other`, or `quarantine`: bounded, for metrics. */
      readonly type: string;
    }
  | { readonly verdict: 'refused'; readonly reason: RefusalReason }
  | { readonly verdict: 'unavailable'; readonly reason: UnavailableReason };

export const refused = (reason: RefusalReason): Verdict => ({ verdict: 'refused', reason });
export const unavailable = (reason: UnavailableReason): Verdict => ({
  verdict: 'unavailable',
  reason,
});
