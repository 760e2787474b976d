import { canonicalType, HEADER } from '@gemini-events/events';
import { createHeaderReader, type RawRecord } from '@gemini-events/kafka/wire';
import { FAMILIES, type Route } from '@gemini-events/schemas';

/** What dedup needs to know of a record; all of it stands in the headers. */
export interface Delivery {
  readonly source: string;
  /** The webhook-id, or the key that the ingress gave in its place. */
  readonly dedupKey: string;
  readonly route: Route;
  /** Lower-case hex of 16 bytes. */
  readonly bodyDigest: string;
  /** Made by the reconciler, not sent by Gemini. */
  readonly isSynthetic: boolean;
  /** What happened to what; null where the second key is not to be used. */
  readonly subject: { readonly type: string; readonly resource: string } | null;
}

const ROUTES: ReadonlySet<string> = new Set<Route>([...FAMILIES, 'unknown', 'quarantine']);
const FAMILY_ROUTES: ReadonlySet<string> = new Set(FAMILIES);

/**
 * The scheme whose signature does not cover the body. Whoever has seen such a token could name any
 * resource with it, and so keep the genuine event of that resource away: it gets no second key
 * (docs/adr/0003).
 */
const UNBOUND = 'jwt';

const pick = createHeaderReader([
  HEADER.webhookId,
  HEADER.source,
  HEADER.route,
  HEADER.bodyDigest,
  HEADER.dedupKey,
  HEADER.scheme,
  'ce_type',
  'ce_subject',
]);

/** What the headers of a record say, or null where a required one is missing or makes no sense. */
export function readHeaders(record: RawRecord): Delivery | null {
  const [webhookId, source, route, bodyDigest, dedupKey, scheme, type, resource] = pick(record);
  if (!webhookId || !source || !route || !bodyDigest) return null;
  if (!isRoute(route) || !isDigest(bodyDigest)) return null;
  return {
    source,
    dedupKey: dedupKey ?? webhookId,
    route,
    bodyDigest,
    isSynthetic: scheme === 'synthetic',
    subject:
      type && resource && scheme !== UNBOUND && FAMILY_ROUTES.has(route)
        ? { type: canonicalType(type) ?? type, resource }
        : null,
  };
}

/** 1 for each character that may stand in a digest. */
const IS_HEX = Uint8Array.from({ length: 256 }, (_, code) =>
  Number(/[0-9a-f]/.test(String.fromCharCode(code))),
);
const DIGEST_CHARACTERS = 32;

/** What a regular expression would say, at a sixth of its time: this looks at each record. */
function isDigest(text: string): boolean {
  let isHex = 1;
  for (let at = 0; at < text.length; at += 1) isHex &= IS_HEX[text.charCodeAt(at)] ?? 0;
  return isHex === 1 && text.length === DIGEST_CHARACTERS;
}

function isRoute(value: string): value is Route {
  return ROUTES.has(value);
}
