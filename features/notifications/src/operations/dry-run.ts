import { webhookBody } from '../payload/webhook-body.ts';
import type { Turn } from '../rules/match-rule.ts';
import { createPairing } from '../rules/pairing.ts';
import { type Planned, planNotifications } from '../rules/plan-notifications.ts';
import type { Rule } from '../rules/rule.ts';
import type { PastEvent } from './read-events.ts';

/** What would be told. */
export interface Told {
  /** When the ingress received the event, milliseconds since 1970. */
  readonly at: number;
  readonly type: string;
  readonly resource: string | null;
  readonly eventId: string;
  readonly rule: string;
  readonly turn: Turn;
  /** `slack:ops`, `owner acme`. */
  readonly to: string;
  /** Renders what would be sent. */
  readonly message: () => unknown;
}

export interface DryRun {
  /** Events that were looked at. */
  readonly events: number;
  readonly told: readonly Told[];
  /** How often each rule would tell somebody. */
  readonly byRule: ReadonlyMap<string, number>;
  /** Rules that no event fitted. */
  readonly idle: readonly string[];
  /** Whether there was more than could be kept. */
  readonly isCut: boolean;
}

interface Hit extends PastEvent {
  readonly planned: Planned;
}

/** @param most notifications that are kept, the oldest: what recovered needs what failed before it */
export async function dryRun(
  rules: readonly Rule[],
  events: AsyncIterable<PastEvent>,
  most: number,
): Promise<DryRun> {
  let hits: Hit[] = [];
  let count = 0;
  let isCut = false;
  const busy = new Set<string>();
  for await (const past of events) {
    count += 1;
    for (const planned of planNotifications(rules, past.event)) {
      busy.add(planned.rule);
      hits.push({ ...past, planned });
    }
    if (hits.length >= 2 * most) {
      hits = oldest(hits, most);
      isCut = true;
    }
  }
  isCut ||= hits.length > most;
  const told = tellOf(oldest(hits, most));
  const byRule = new Map(rules.map(({ name }) => [name, 0]));
  for (const { rule } of told) byRule.set(rule, (byRule.get(rule) ?? 0) + 1);
  const idle = rules.map(({ name }) => name).filter((name) => !busy.has(name));
  return { events: count, told, byRule, idle, isCut };
}

function oldest(hits: readonly Hit[], most: number): Hit[] {
  return hits.toSorted((one, other) => one.receivedAt - other.receivedAt).slice(0, most);
}

function tellOf(hits: readonly Hit[]): Told[] {
  const pairing = createPairing();
  const reached = new Set<string>();
  return hits.flatMap(({ receivedAt, event, planned }) => {
    const { rule, turn, pairKey } = planned;
    const eventId = event.event_id;
    const failedAt =
      turn === 'plain' || pairKey === null
        ? null
        : pairing.note({ rule, key: pairKey, turn, eventId, at: event.occurred_at });
    if (turn === 'recovered' && failedAt === null) return [];
    const to = planned.kind === 'slack' ? `slack:${planned.channel}` : `owner ${planned.owner}`;
    // An owner is told of an event once, whichever rules lead there.
    const place = JSON.stringify([event.source, eventId, to, planned.kind === 'slack' && rule]);
    if (reached.has(place)) return [];
    reached.add(place);
    const { type, resource_id: resource } = event;
    const message = (): unknown =>
      planned.kind === 'slack'
        ? planned.render({ failedAt })
        : // Links are signed by the notifier alone.
          JSON.parse(webhookBody(event, { exposeMetadata: planned.exposeMetadata, link: null }));
    return [{ at: receivedAt, type, resource, eventId, rule, turn, to, message }];
  });
}
