/** Why a genuine delivery cannot be published. Codes are never reused. */
export const QUARANTINE_REASONS = {
  body_not_utf8: 'The body is not valid UTF-8.',
  body_not_json: 'The body is not JSON.',
  body_not_object: 'The body is JSON, but not an object.',
  type_missing: 'The body has no `type`, or it is no text.',
  type_too_long: 'The type is longer than 256 characters.',
  resource_id_missing: 'The event is of a known family, but has no `data.id`, or it is no text.',
  resource_id_too_long: '`data.id` is longer than 1,024 characters.',
  token_reused: 'A JWT that came with another body before; it binds no body.',
  id_conflict: 'The webhook-id was seen before with another body.',
  headers_missing: 'A record on the delivery topic lacks headers that dedup needs.',
} as const;

export type QuarantineReason = keyof typeof QUARANTINE_REASONS;
