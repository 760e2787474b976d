import type { PlannedDelivery } from './plan-deliveries.ts';
import type { SeenRecord } from './read-all.ts';

export interface Findings {
  /** Records on the delivery topic, repeats included. */
  readonly deliveries: number;
  readonly distinct: number;
  readonly events: number;
  readonly quarantined: number;
  /** Acknowledged ids without an event: lost. */
  readonly missing: readonly string[];
  /** Ids with more than one event. */
  readonly twice: readonly string[];
  /** Events whose id nobody sent. */
  readonly unheardOf: readonly string[];
  /** Ids that came before an earlier one of their resource. */
  readonly outOfOrder: readonly string[];
}

/** Compares what was acknowledged with what a read_committed reader sees. */
export function verify(
  planned: readonly PlannedDelivery[],
  acknowledged: ReadonlySet<string>,
  records: {
    readonly deliveries: readonly SeenRecord[];
    readonly events: readonly SeenRecord[];
    readonly quarantine: readonly SeenRecord[];
  },
): Findings {
  const place = new Map<string, number>();
  for (const { webhookId } of planned) {
    if (!place.has(webhookId)) place.set(webhookId, place.size);
  }
  const counts = new Map<string, number>();
  const last = new Map<string, number>();
  const outOfOrder: string[] = [];
  for (const { webhookId, key } of records.events) {
    counts.set(webhookId, (counts.get(webhookId) ?? 0) + 1);
    const at = place.get(webhookId) ?? -1;
    if (at < (last.get(key) ?? -1)) outOfOrder.push(webhookId);
    last.set(key, at);
  }
  return {
    deliveries: records.deliveries.length,
    distinct: new Set(records.deliveries.map(({ webhookId }) => webhookId)).size,
    events: records.events.length,
    quarantined: records.quarantine.length,
    missing: [...acknowledged].filter((id) => !counts.has(id)),
    twice: [...counts].filter(([, count]) => count > 1).map(([id]) => id),
    unheardOf: [...counts.keys()].filter((id) => !place.has(id)),
    outOfOrder,
  };
}

/** What is wrong, in words; empty when every promise was kept. */
export function faultsOf(findings: Findings): string[] {
  const { missing, twice, unheardOf, outOfOrder, distinct, events, quarantined } = findings;
  const faults: string[] = [];
  const tell = (ids: readonly string[], what: string): void => {
    if (ids.length > 0) faults.push(`${ids.length} ids ${what}, for example ${ids[0]}`);
  };
  tell(missing, 'were acknowledged and are missing');
  tell(twice, 'came out more than once');
  tell(unheardOf, 'were never sent');
  tell(outOfOrder, 'are out of order');
  if (events + quarantined !== distinct) {
    faults.push(
      `${distinct} distinct ids went in, ${events} + ${quarantined} quarantined came out`,
    );
  }
  return faults;
}
