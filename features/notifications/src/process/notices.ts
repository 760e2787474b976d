import type { Lane } from '../deliver/lane-book.ts';
import { messageId } from '../message-id.ts';
import { ownBody } from '../payload/own-body.ts';
import { slackLane } from '../slack/slack-lane.ts';
import type { NewMessage } from '../store/outbox.ts';

const WHY = {
  gone: 'it answered 410 Gone',
  failing: 'it has failed for days',
} as const;

/**
 * Tells that an endpoint was switched off: its owner at the other endpoints, and the operator in Slack.
 * @param channel of the rules' `notices`; null: nobody but the owner is told
 */
export function disabledNotices(
  { id, state, health }: Pick<Lane, 'id' | 'state' | 'health'>,
  reason: keyof typeof WHY,
  options: { readonly channel: string | null; readonly now: number },
): readonly NewMessage[] {
  const { endpoint } = state;
  if (endpoint === null) return [];
  const { channel, now } = options;
  const type = 'endpoint.disabled';
  const base = {
    type,
    source: 'notifier',
    eventId: id,
    resourceId: id,
    rule: 'notices',
    createdAt: now,
    thread: null,
  };
  // Of one time of failing there is one notice.
  const since = String(health.failingSince ?? now);
  const toOwner: NewMessage = {
    ...base,
    id: messageId('disabled', id, since),
    owner: endpoint.owner,
    body: ownBody(type, now, { endpoint: id, reason }),
    lane: null,
  };
  if (channel === null) return [toOwner];
  const text = `Endpoint ${id} of ${endpoint.owner} is switched off: ${WHY[reason]}.`;
  const blocks = [{ type: 'section', text: { type: 'plain_text', text } }];
  const toSlack: NewMessage = {
    ...base,
    id: messageId('disabled', id, since, channel),
    owner: '',
    body: JSON.stringify({ text, blocks }),
    lane: slackLane(channel),
  };
  return [toOwner, toSlack];
}
