import type { Random } from '../random.ts';

/** One HTTP delivery that the load sends. */
export interface PlannedDelivery {
  readonly webhookId: string;
  readonly body: string;
  /** Key of its record; deliveries of one resource are sent one after the other. */
  readonly resource: string;
  /**
   * What is to become of its id's first delivery and of repeats: an event once; quarantined once, for
   * the body is not JSON; each one quarantined, for the body is not the one that came first.
   */
  readonly kind: 'event' | 'not JSON' | 'conflict';
}

const RESOURCES = 997;
/** Half of the repeats come at most so many new ids later, half anywhere behind. */
const NEAR = 50;

/**
 * Deliveries in the order in which they are sent. Every id is one of some thousand resources' and
 * numbered within it, so that order per resource can be checked. It is sent once and, at random
 * distances, 0 to `mostRepeats` times again.
 * @param oddShare share of the ids whose body is not JSON, and also of those that come with another
 * body later
 */
export function planDeliveries(
  count: number,
  mostRepeats: number,
  run: string,
  random: Random,
  oddShare = 0,
): PlannedDelivery[] {
  const groups: PlannedDelivery[][] = [];
  const sequences = new Map<string, number>();
  const isOdd = (): boolean => random.int(1, 10_000) <= oddShare * 10_000;
  for (let left = count; left > 0; ) {
    const number = groups.length;
    const resource = `batches/${run}-${random.int(1, RESOURCES)}`;
    const first = isOdd() ? notJson(run, number) : event(run, number, resource, sequences);
    const group = Array.from({ length: 1 + random.int(0, mostRepeats) }, () => first);
    if (first.kind === 'event' && isOdd()) group.push(conflictOf(first));
    groups.push(group.slice(0, left));
    left -= group.length;
  }
  const placed = groups.flatMap((group, number) =>
    group.map((delivery, index) => {
      const reach = random.int(0, 1) === 0 ? number + NEAR : Math.max(groups.length, number + 1);
      return { delivery, at: index === 0 ? number : random.int(number + 1, reach) };
    }),
  );
  // Ids are numbered in the order of their first delivery, so a repeat never comes before it.
  return placed.sort((a, b) => a.at - b.at).map(({ delivery }) => delivery);
}

function event(
  run: string,
  number: number,
  resource: string,
  sequences: Map<string, number>,
): PlannedDelivery {
  const sequence = (sequences.get(resource) ?? 0) + 1;
  sequences.set(resource, sequence);
  const body = JSON.stringify({
    type: 'batch.succeeded',
    version: 'v1',
    timestamp: new Date(1_790_000_000_000 + sequence * 1000).toISOString(),
    data: { id: resource, output_file_uri: `files/batch-${number}` },
  });
  return { webhookId: `msg_${run}-${number}`, body, resource, kind: 'event' };
}

/** It has no resource: the ingress takes the webhook-id as its key. */
function notJson(run: string, number: number): PlannedDelivery {
  const webhookId = `msg_${run}-${number}`;
  return { webhookId, body: `not JSON, number ${number}`, resource: webhookId, kind: 'not JSON' };
}

function conflictOf(first: PlannedDelivery): PlannedDelivery {
  const body = first.body.replace('batch.succeeded', 'batch.failed');
  return { ...first, body, kind: 'conflict' };
}
