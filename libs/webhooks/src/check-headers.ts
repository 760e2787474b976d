/** Allowed distance between `webhook-timestamp` and the clock, both ways, inclusive. */
export const TOLERANCE_SECONDS = 300;

/** Printable ASCII without space and dot: a dot would make the signed text ambiguous. */
const WEBHOOK_ID = /^[\x21-\x2d\x2f-\x7e]{1,256}$/;
const TIMESTAMP = /^\d{1,12}$/;

export type HeaderFault =
  | 'missing'
  | 'malformed_id'
  | 'malformed_timestamp'
  | 'timestamp_out_of_window';

/** The cheap checks, before anything is computed; null where all is well. */
export function checkHeaders(
  headers: { readonly webhookId: string; readonly timestamp: string; readonly signature: string },
  nowSeconds: number,
): HeaderFault | null {
  const { webhookId, timestamp, signature } = headers;
  if (webhookId === '' || timestamp === '' || signature === '') return 'missing';
  if (!WEBHOOK_ID.test(webhookId)) return 'malformed_id';
  if (!TIMESTAMP.test(timestamp)) return 'malformed_timestamp';
  return Math.abs(nowSeconds - Number(timestamp)) > TOLERANCE_SECONDS
    ? 'timestamp_out_of_window'
    : null;
}
