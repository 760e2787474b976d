import type { Random } from '../random.ts';

/** One HTTP delivery that the load sends. */
export interface PlannedDelivery {
  readonly webhookId: string;
  readonly body: string;
}

const RESOURCES = 997;

/**
 * Deliveries in the order in which they are sent. A share of them repeats an id that was sent before,
 * near or far; every id is of one of some thousand resources, and numbered within it, so that order
 * per resource can be checked.
 */
export function planDeliveries(
  count: number,
  repeatShare: number,
  run: string,
  random: Random,
): PlannedDelivery[] {
  const planned: PlannedDelivery[] = [];
  const distinct: PlannedDelivery[] = [];
  const sequences = new Map<string, number>();
  while (planned.length < count) {
    const repeats = distinct.length > 0 && random.int(0, 999) < repeatShare * 1000;
    if (repeats) {
      // Half of the repeats come soon after, half from anywhere before.
      const reach = random.int(0, 1) === 0 ? 50 : distinct.length;
      const at = random.int(Math.max(0, distinct.length - reach), distinct.length - 1);
      planned.push(distinct[at] as PlannedDelivery);
      continue;
    }
    const resource = `batches/${run}-${random.int(1, RESOURCES)}`;
    const sequence = (sequences.get(resource) ?? 0) + 1;
    sequences.set(resource, sequence);
    const delivery = {
      webhookId: `msg_${run}-${distinct.length}`,
      body: JSON.stringify({
        type: 'batch.succeeded',
        version: 'v1',
        timestamp: new Date(1_790_000_000_000 + sequence * 1000).toISOString(),
        data: { id: resource, output_file_uri: `files/batch-${distinct.length}` },
      }),
    };
    distinct.push(delivery);
    planned.push(delivery);
  }
  return planned;
}
