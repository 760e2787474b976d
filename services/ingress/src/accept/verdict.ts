/** Why a delivery was refused; label values of the metrics. */
export type RefusalReason =
  | 'path_unknown'
  | 'method_not_allowed'
  | 'body_too_large'
  | 'headers_missing'
  | 'headers_malformed'
  | 'timestamp_stale'
  | 'signature_wrong';

/** Why a delivery could not be taken now; the sender shall repeat it. */
export type UnavailableReason = 'kafka' | 'schemas' | 'overload' | 'internal';

/** What the bridge decided about one request. */
export type Verdict =
  | { readonly verdict: 'accepted' }
  | { readonly verdict: 'refused'; readonly reason: RefusalReason }
  | { readonly verdict: 'unavailable'; readonly reason: UnavailableReason };

export const ACCEPTED: Verdict = { verdict: 'accepted' };
export const refused = (reason: RefusalReason): Verdict => ({ verdict: 'refused', reason });
export const unavailable = (reason: UnavailableReason): Verdict => ({
  verdict: 'unavailable',
  reason,
});
