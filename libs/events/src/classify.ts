import type { Family } from '@gemini-events/schemas';
import { familyOf } from './catalogue.ts';
import type { QuarantineReason } from './quarantine.ts';

/** What a verified body says, read leniently; nothing in it is believed further. */
export interface ReadBody {
  readonly type: string;
  readonly resourceId: string | null;
  /** Milliseconds since 1970; null where the body has no readable timestamp. */
  readonly occurredAt: number | null;
  readonly userMetadata: Readonly<Record<string, string>>;
  readonly outputFileUri: string | null;
  readonly fileName: string | null;
  readonly errorCode: string | null;
  readonly errorMessage: string | null;
  /** The signed text exactly. */
  readonly payload: string;
}

export type Classification =
  | {
      readonly kind: 'event';
      readonly family: Family;
      readonly resourceId: string;
      readonly body: ReadBody;
    }
  | { readonly kind: 'unknown'; readonly body: ReadBody }
  | {
      readonly kind: 'quarantine';
      readonly reason: QuarantineReason;
      readonly type: string | null;
    };

/** Both appear in record headers, so their length is bounded: the record must fit Kafka's limit. */
const MAX_TYPE = 256;
const MAX_RESOURCE_ID = 1024;

type Json = Readonly<Record<string, unknown>>;

// ignoreBOM keeps the mark in the text, which must equal what was signed.
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Decides what a verified body is: an event of a known family, an event of a type unknown to this
 * version, or something to be quarantined. Never throws.
 */
export function classify(rawBody: Uint8Array): Classification {
  let payload: string;
  try {
    payload = utf8.decode(rawBody);
  } catch {
    return quarantine('body_not_utf8');
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(payload.charCodeAt(0) === 0xfeff ? payload.slice(1) : payload);
  } catch {
    return quarantine('body_not_json');
  }
  if (!isObject(parsed)) return quarantine('body_not_object');
  return classifyEnvelope(parsed, payload);
}

function classifyEnvelope(envelope: Json, payload: string): Classification {
  const type = text(envelope['type']);
  if (type === null) return quarantine('type_missing');
  if (type.length > MAX_TYPE) return quarantine('type_too_long');
  const data = isObject(envelope['data']) ? envelope['data'] : {};
  const resourceId = text(data['id']);
  if (resourceId !== null && resourceId.length > MAX_RESOURCE_ID) {
    return quarantine('resource_id_too_long', type);
  }
  const body: ReadBody = {
    type,
    resourceId,
    occurredAt: time(envelope['timestamp']),
    userMetadata: stringMap(envelope['user_metadata'] ?? data['user_metadata']),
    // video_uri: the docs of 2026-05. The first spelling that holds something wins.
    outputFileUri: first(data, 'output_file_uri', 'outputFileUri', 'video_uri'),
    fileName: first(data, 'file_name', 'fileName'),
    errorCode: first(data, 'error_code', 'errorCode'),
    errorMessage: first(data, 'error_message', 'errorMessage'),
    payload,
  };
  const family = familyOf(type);
  if (family === null) return { kind: 'unknown', body };
  if (resourceId === null) return quarantine('resource_id_missing', type);
  return { kind: 'event', family, resourceId, body };
}

function quarantine(reason: QuarantineReason, type: string | null = null): Classification {
  return { kind: 'quarantine', reason, type };
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

/** error_code may be text or a number: nobody says (contract, gaps). */
function first(data: Json, ...names: readonly string[]): string | null {
  for (const name of names) {
    const value = data[name];
    if (typeof value === 'string') return value;
    if (typeof value === 'number') return String(value);
  }
  return null;
}

function time(value: unknown): number | null {
  const millis = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(millis) ? null : millis;
}

function stringMap(value: unknown): Readonly<Record<string, string>> {
  if (!isObject(value)) return {};
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [
      key,
      typeof entry === 'string' ? entry : JSON.stringify(entry),
    ]),
  );
}
