import type { OriginalRecord } from '../dead-letters/dead-letter.ts';
import type { InboxKey } from '../store/inbox/inbox.ts';
import type { Consumer } from './define-consumer.ts';
import type { AnyEvent } from './event.ts';

/** What of this event the inbox remembers; null for a consumer that has none. */
export function inboxKeyOf(
  { name: consumer, idempotency }: Pick<Consumer, 'name' | 'idempotency'>,
  event: AnyEvent,
): InboxKey | null {
  const { source } = event;
  if (idempotency === 'none') return null;
  if (idempotency === 'event') return { consumer, source, id: event.event_id };
  if (idempotency === 'resource') {
    return { consumer, source, id: `${event.type} ${event.resource_id ?? event.event_id}` };
  }
  return { consumer, source, id: idempotency(event) };
}

/** Stands for a record that is no event: its place in Kafka. */
export function inboxKeyOfPlace(
  { name: consumer, idempotency }: Pick<Consumer, 'name' | 'idempotency'>,
  { topic, partition, offset }: Pick<OriginalRecord, 'topic' | 'partition' | 'offset'>,
): InboxKey | null {
  if (idempotency === 'none') return null;
  return { consumer, source: '', id: `${topic}/${partition}/${offset}` };
}
