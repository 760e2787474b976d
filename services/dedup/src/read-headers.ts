import { HEADER } from '@gemini-events/events';
import type { InputRecord } from '@gemini-events/kafka';
import type { Route } from '@gemini-events/schemas';

/** What dedup needs to know of a record; all of it stands in the headers. */
export interface RoutingHeaders {
  readonly source: string;
  /** The webhook-id, or the key that the ingress gave in its place. */
  readonly dedupKey: string;
  readonly route: Route;
  /** Lower-case hex of 16 bytes. */
  readonly bodyDigest: string;
}

const ROUTES: ReadonlySet<string> = new Set<Route>([
  'batch',
  'interaction',
  'video',
  'unknown',
  'quarantine',
]);
const DIGEST = /^[0-9a-f]{32}$/;

/** The routing headers of a record, or null where one is missing or makes no sense. */
export function readHeaders(headers: InputRecord['headers']): RoutingHeaders | null {
  const webhookId = text(headers[HEADER.webhookId]);
  const source = text(headers[HEADER.source]);
  const route = text(headers[HEADER.route]);
  const bodyDigest = text(headers[HEADER.bodyDigest]);
  if (webhookId === null || source === null || route === null || bodyDigest === null) return null;
  if (!isRoute(route) || !DIGEST.test(bodyDigest)) return null;
  return { source, dedupKey: text(headers[HEADER.dedupKey]) ?? webhookId, route, bodyDigest };
}

function isRoute(value: string): value is Route {
  return ROUTES.has(value);
}

/** A header that occurs twice says nothing reliable. */
function text(value: InputRecord['headers'][string]): string | null {
  if (value === undefined || Array.isArray(value) || value.length === 0) return null;
  return value.toString();
}
