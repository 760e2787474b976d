import { plain, renderColumns, timeText } from '@gemini-events/cli-kit';
import type { Delivery } from '../store/delivery-log.ts';
import type { Endpoint } from '../store/endpoints.ts';

const ENDPOINT_HEAD = 'id owner state reason types verified url'.split(' ');

export function renderEndpoints(endpoints: readonly Endpoint[]): string {
  if (endpoints.length === 0) return 'no endpoints';
  const rows = endpoints.map((endpoint) => [
    endpoint.id,
    endpoint.owner,
    endpoint.state,
    endpoint.disabledReason ?? '-',
    endpoint.types?.join(',') ?? 'all',
    timeText(endpoint.verifiedAt),
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
    timeText(delivery.queuedAt),
  ]);
  return renderColumns([DELIVERY_HEAD, ...rows], new Set([4, 5]));
}
