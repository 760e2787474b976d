import type { AnyEvent } from '@gemini-events/consumer';
import type { ResultLinks } from '../keys/result-links.ts';
import { messageId } from '../message-id.ts';
import { webhookBody } from '../payload/webhook-body.ts';
import { type Planned, planNotifications } from '../rules/plan-notifications.ts';
import type { Rule } from '../rules/rule.ts';
import { slackLane } from '../slack/slack-lane.ts';
import type { NewMessage, PairStep } from '../store/outbox.ts';

export interface PlanParts {
  /** Notes what failed and recovered; null: nothing has failed before. */
  readonly pair: (step: PairStep) => Promise<number | null>;
  /** Null: no links are made. */
  readonly links: ResultLinks | null;
  readonly now: () => number;
}

/** Ends of types that have an output. */
const WITH_OUTPUT = new Set(['batch.succeeded', 'interaction.completed', 'video.generated']);

/** What is to be told of an event, by the rules. */
export async function planMessages(
  { pair, links, now }: PlanParts,
  rules: readonly Rule[],
  event: AnyEvent,
): Promise<readonly NewMessage[]> {
  const messages: NewMessage[] = [];
  for (const planned of planNotifications(rules, event)) {
    const failedAt = await pairOf(planned, event, pair);
    if (planned.turn === 'recovered' && failedAt === null) continue;
    const base = {
      type: event.type,
      source: event.source,
      eventId: event.event_id,
      resourceId: event.resource_id,
      rule: planned.rule,
      createdAt: now(),
    };
    if (planned.kind === 'slack') {
      const { rule, channel, thread } = planned;
      messages.push({
        ...base,
        id: messageId('slack', event.source, event.event_id, rule, channel),
        owner: '',
        body: JSON.stringify(planned.render({ failedAt })),
        lane: slackLane(channel),
        thread,
      });
      continue;
    }
    const { owner, exposeMetadata, linkTtlMs } = planned;
    const hasLink = linkTtlMs !== null && links !== null && WITH_OUTPUT.has(event.type);
    const expiresAt = now() + (linkTtlMs ?? 0);
    const { source, resource_id: resourceId, type } = event;
    const link =
      hasLink && resourceId !== null
        ? { url: links.make({ source, resourceId, type }, expiresAt), expiresAt }
        : null;
    messages.push({
      ...base,
      // One for each owner, whichever rules led to it.
      id: messageId('webhook', event.source, event.event_id, owner),
      owner,
      body: webhookBody(event, { exposeMetadata, link }),
      lane: null,
      thread: null,
    });
  }
  return messages;
}

async function pairOf(
  { rule, turn, pairKey }: Planned,
  event: AnyEvent,
  pair: PlanParts['pair'],
): Promise<number | null> {
  if (turn === 'plain' || pairKey === null) return null;
  return pair({ rule, key: pairKey, turn, eventId: event.event_id, at: event.occurred_at });
}
