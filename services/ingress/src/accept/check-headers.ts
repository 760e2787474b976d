import { checkHeaders as checkStandard, type HeaderFault } from '@gemini-events/webhooks';
import type { DeliveryHeaders } from './delivery-headers.ts';
import type { RefusalReason } from './verdict.ts';

const REASONS: Readonly<Record<HeaderFault, RefusalReason>> = {
  missing: 'headers_missing',
  malformed_id: 'headers_malformed',
  malformed_timestamp: 'headers_malformed',
  timestamp_out_of_window: 'timestamp_stale',
};

/**
 * Checks headers and timestamp. The skew (own clock minus timestamp) is also told of a stale one:
 * with a clock that is minutes off every delivery is.
 */
export function checkHeaders(
  headers: DeliveryHeaders,
  nowMs: number,
): { readonly refusal: RefusalReason | null; readonly skewSeconds: number | null } {
  const { id, timestamp, signature } = headers;
  const nowSeconds = Math.floor(nowMs / 1_000);
  const fault = checkStandard({ webhookId: id, timestamp, signature }, nowSeconds);
  const refusal = fault === null ? null : REASONS[fault];
  const hasTime = refusal === null || refusal === 'timestamp_stale';
  return { refusal, skewSeconds: hasTime ? nowSeconds - Number(timestamp) : null };
}
