import { hash } from 'node:crypto';
import type { PlannedDelivery } from '../plan-deliveries.ts';
import type { SeenRecord } from '../read-all.ts';

/** What a read_committed reader finds, in order per partition. */
export interface Topics {
  readonly deliveries: readonly SeenRecord[];
  readonly events: readonly SeenRecord[];
  readonly quarantine: readonly SeenRecord[];
}

export interface Findings {
  readonly counts: Readonly<
    Record<'in' | 'out' | 'duplicates' | 'quarantined' | 'distinct', number>
  >;
  /** Ids by what is wrong with them. */
  readonly wrong: ReadonlyMap<string, readonly string[]>;
}

const CONFLICT = 'id_conflict';

/**
 * Compares what was sent and what came out. What had to become of each record is found anew from the
 * delivery topic, without a line of dedup; its counters are of no use here, for a killed process takes
 * its own along, and a commit whose answer is lost is not counted.
 */
export function checkExactlyOnce(
  planned: readonly PlannedDelivery[],
  acknowledged: ReadonlySet<string>,
  topics: Topics,
): Findings {
  const firsts = firstsOf(planned);
  const input = readInput(topics.deliveries);
  const out = countBy(topics.events);
  const conflicts = countBy(topics.quarantine.filter(({ reason }) => reason === CONFLICT));
  const refused = countBy(topics.quarantine.filter(({ reason }) => reason !== CONFLICT));
  const at = (counts: ReadonlyMap<string, number>, id: string): number => counts.get(id) ?? 0;
  const isEvent = (id: string): boolean => firsts.get(id)?.kind === 'event';
  const all = new Set([...out.keys(), ...refused.keys(), ...conflicts.keys()]);
  const once = [...all].filter((id) => at(out, id) + at(refused, id) === 1);

  const wrong = new Map<string, readonly string[]>([
    [
      'were acknowledged and are missing',
      [...acknowledged].filter((id) => at(out, id) + at(refused, id) === 0),
    ],
    ['came out more than once', [...all].filter((id) => at(out, id) + at(refused, id) > 1)],
    ['were never sent', [...all].filter((id) => !firsts.has(id))],
    ['came out on the wrong side', once.filter((id) => at(out, id) === (isEvent(id) ? 0 : 1))],
    [
      'came out with a body that was not the first',
      [...topics.events, ...topics.quarantine]
        .filter(({ webhookId, bodyDigest, reason }) => {
          const isFirst = firsts.get(webhookId)?.digest === bodyDigest;
          return firsts.has(webhookId) && isFirst === (reason === CONFLICT);
        })
        .map(({ webhookId }) => webhookId),
    ],
    [
      'had another body that was not quarantined, or not once each time',
      [...new Set([...input.conflicts.keys(), ...conflicts.keys()])].filter(
        (id) => at(input.conflicts, id) !== at(conflicts, id),
      ),
    ],
    ['are out of order', outOfOrder(topics.events, firsts)],
  ]);
  const counts = {
    in: topics.deliveries.length,
    out: topics.events.length,
    duplicates: input.duplicates,
    quarantined: topics.quarantine.length,
    distinct: input.distinct,
  };
  return { counts, wrong };
}

interface First {
  readonly kind: PlannedDelivery['kind'];
  readonly digest: string;
  /** Order of the first deliveries. */
  readonly at: number;
}

function firstsOf(planned: readonly PlannedDelivery[]): Map<string, First> {
  const firsts = new Map<string, First>();
  for (const { webhookId, kind, body } of planned) {
    if (firsts.has(webhookId)) continue;
    firsts.set(webhookId, { kind, digest: digestOf(body), at: firsts.size });
  }
  return firsts;
}

/** First 16 bytes of SHA-256, as the header has it. */
export function digestOf(body: string): string {
  return hash('sha256', body).slice(0, 32);
}

/** What dedup has to make of the delivery topic: an id has one partition, so its first is known. */
function readInput(deliveries: readonly SeenRecord[]): {
  readonly distinct: number;
  readonly duplicates: number;
  readonly conflicts: ReadonlyMap<string, number>;
} {
  const first = new Map<string, string>();
  const conflicts = new Map<string, number>();
  let duplicates = 0;
  for (const { webhookId, bodyDigest } of deliveries) {
    const known = first.get(webhookId);
    if (known === undefined) first.set(webhookId, bodyDigest);
    else if (known === bodyDigest) duplicates += 1;
    else conflicts.set(webhookId, (conflicts.get(webhookId) ?? 0) + 1);
  }
  return { distinct: first.size, duplicates, conflicts };
}

function countBy(records: readonly SeenRecord[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { webhookId } of records) counts.set(webhookId, (counts.get(webhookId) ?? 0) + 1);
  return counts;
}

/** Ids that came behind a later one of their resource. */
function outOfOrder(
  events: readonly SeenRecord[],
  firsts: ReadonlyMap<string, First>,
): readonly string[] {
  const last = new Map<string, number>();
  return events
    .filter(({ key, webhookId }) => {
      const at = firsts.get(webhookId)?.at ?? -1;
      const isLate = at < (last.get(key) ?? -1);
      last.set(key, Math.max(at, last.get(key) ?? -1));
      return isLate;
    })
    .map(({ webhookId }) => webhookId);
}

/** What is wrong, in words; empty when every promise was kept. */
export function faultsOf({ counts, wrong }: Findings, accepted: number): string[] {
  const faults = [...wrong]
    .filter(([, ids]) => ids.length > 0)
    .map(([what, ids]) => `${ids.length} ids ${what}, for example ${ids[0]}`);
  const { in: records, out, duplicates, quarantined } = counts;
  if (records !== out + duplicates + quarantined) {
    faults.push(
      `${records} went in, ${out} events + ${duplicates} duplicates + ${quarantined} quarantined came out`,
    );
  }
  // Every 202 stands for a record of its own (P1); answers that were lost are on the topic as well.
  if (records < accepted) {
    faults.push(`${accepted} were answered 202, ${records} are on the delivery topic`);
  }
  return faults;
}
