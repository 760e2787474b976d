import { hash } from 'node:crypto';

/**
 * The webhook-id of what is told of an event: the same whenever the event comes again, and another one for
 * each owner or Slack rule. Holds nothing that a user chose, as Standard Webhooks asks.
 */
export function messageId(...parts: readonly string[]): string {
  return `msg_${hash('sha256', JSON.stringify(parts), 'hex').slice(0, 32)}`;
}
