import type { ApiToken } from '@gemini-events/access';
import { renderColumns } from '@gemini-events/cli-kit';
import type { Delivery } from '../store/delivery-log.ts';
import type { Endpoint } from '../store/endpoints.ts';

const TOKEN_HEAD = 'id owner state scopes created expires used name'.split(' ');

/** @param now milliseconds since 1970: what has expired by then is told */
export function renderTokens(tokens: readonly ApiToken[], now: number): string {
  if (tokens.length === 0) return 'no tokens';
  const rows = tokens.map((token) => [
    token.id,
    token.owner ?? '(operator)',
    stateOf(token, now),
    token.scopes.join(','),
    timeOf(token.createdAt),
    timeOf(token.expiresAt),
    timeOf(token.lastUsedAt),
    plain(token.name),
  ]);
  return renderColumns([TOKEN_HEAD, ...rows], new Set());
}

const ENDPOINT_HEAD = 'id owner state reason types verified url'.split(' ');

export function renderEndpoints(endpoints: readonly Endpoint[]): string {
  if (endpoints.length === 0) return 'no endpoints';
  const rows = endpoints.map((endpoint) => [
    endpoint.id,
    endpoint.owner,
    endpoint.state,
    endpoint.disabledReason ?? '-',
    endpoint.types?.join(',') ?? 'all',
    timeOf(endpoint.verifiedAt),
    endpoint.url,
  ]);
  return renderColumns([ENDPOINT_HEAD, ...rows], new Set());
}

const DELIVERY_HEAD = 'delivery type state by attempts status error queued'.split(' ');

export function renderDeliveries(deliveries: readonly Delivery[]): string {
  if (deliveries.length === 0) return 'no deliveries';
  const rows = deliveries.map((delivery) => [
    delivery.id,
    plain(delivery.type),
    delivery.state,
    delivery.triggeredBy,
    String(delivery.attempts),
    delivery.lastStatus === null ? '-' : String(delivery.lastStatus),
    delivery.lastError ?? '-',
    timeOf(delivery.queuedAt),
  ]);
  return renderColumns([DELIVERY_HEAD, ...rows], new Set([4, 5]));
}

function stateOf({ revokedAt, expiresAt }: ApiToken, now: number): string {
  if (revokedAt !== null) return 'revoked';
  return expiresAt !== null && expiresAt <= now ? 'expired' : 'valid';
}

function timeOf(at: number | null): string {
  return at === null ? '-' : new Date(at).toISOString();
}

/** Texts from outside go to a terminal: no control characters, no line breaks. */
export function plain(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}]+/gu, ' ');
}
