import type { NotifiableEvent } from '../notifiable-event.ts';

/** A batch that failed, but for what is given. */
export function makeEvent(more: Partial<NotifiableEvent> = {}): NotifiableEvent {
  return {
    event_id: 'msg-1',
    type: 'batch.failed',
    source: 'jobs',
    labels: { team: 'search' },
    resource_id: 'batches/b1',
    occurred_at: Date.UTC(2026, 10, 25, 12),
    user_metadata: { customer: 'acme' },
    error_code: null,
    error_message: null,
    ...more,
  };
}
