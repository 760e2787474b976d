import { cursorsOf } from '@gemini-events/cli-kit/cursors';
import { ROUTES } from '@gemini-events/consumer/routes';
import type { MatchEvent } from '@gemini-events/consumer/select';
import type { Cluster } from '@gemini-events/kafka/cluster';
import type { Decoder } from '@gemini-events/kafka/codec';
import { type Cursor, fetchPortions, logOffsets } from '@gemini-events/kafka/reader';
import { topicNames } from '@gemini-events/schemas';
import type { NotifiableEvent } from '../notifiable-event.ts';

export interface PastEvent {
  /** When the ingress received it, milliseconds since 1970. */
  readonly receivedAt: number;
  readonly event: NotifiableEvent;
}

const LIMITS = { maxWaitMs: 250, maxBytes: 1024 * 1024, partitionBytes: 256 * 1024 };
/** So long without any record: something holds them back, such as a transaction that stays open. */
const SILENCE_MS = 60_000;

/** Events of all families from a time up to the present end, in order per partition. */
export async function* readEvents(
  { cluster, decoder, prefix }: { cluster: Cluster; decoder: Decoder; prefix: string },
  since: number,
  match: MatchEvent,
): AsyncGenerator<PastEvent, void> {
  for (const route of ROUTES) {
    const topic = topicNames(prefix).events(route);
    const cursors = await cursorsOf(cluster, [topic], since);
    const partitions = cursors.map(({ partition }) => partition);
    const ends = await logOffsets(cluster, topic, partitions, 'latest');
    const isOpen = ({ partition, position }: Cursor): boolean =>
      position < (ends.get(partition) ?? 0);
    let heardAt = performance.now();
    for (let open = cursors.filter(isOpen); open.length > 0; ) {
      for (const { records } of await fetchPortions(cluster, open, LIMITS)) {
        for (const record of records()) {
          heardAt = performance.now();
          if (record.value === null || (await match(record)) === null) continue;
          const { value } = await decoder.decode(record.value);
          if (isEvent(value)) yield { receivedAt: record.timestamp, event: partOf(value) };
        }
      }
      open = cursors.filter(isOpen);
      if (performance.now() - heardAt > SILENCE_MS) {
        throw new Error(`${topic} gives no records: is a transaction open?`);
      }
    }
  }
}

function isEvent(value: object): value is NotifiableEvent {
  return 'event_id' in value && 'user_metadata' in value;
}

/** Only what notifications look at: the rest of an event may be large. */
function partOf(event: NotifiableEvent): NotifiableEvent {
  const { event_id, type, source, labels, resource_id, occurred_at, user_metadata } = event;
  const { error_code = null, error_message = null } = event;
  const base = { event_id, type, source, labels, resource_id, occurred_at, user_metadata };
  return { ...base, error_code, error_message };
}
