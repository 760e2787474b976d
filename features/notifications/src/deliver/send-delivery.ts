import { isBridgeError } from '@gemini-events/events';
import type { Sealer } from '../keys/sealer.ts';
import { readSigningKey, type SigningKey } from '../keys/signing-keys.ts';
import type { SlackChannel } from '../rules/rule.ts';
import { channelOf } from '../slack/slack-lane.ts';
import type { ClaimedDelivery, DeliveryQueue, SealedSecret } from '../store/delivery-queue.ts';
import type { AttemptResult } from './attempt.ts';
import { classifyAnswer } from './classify-answer.ts';
import type { DelivererParts } from './deliverer.ts';
import type { Lane } from './lane-book.ts';
import type { SlackSender } from './send-slack.ts';
import type { WebhookSender } from './send-webhook.ts';

const KEYS_KEPT = 10_000;

/** One attempt of a delivery, by the way of its lane. */
export function createDeliverySender(parts: {
  readonly webhooks: WebhookSender;
  readonly slack: SlackSender;
  readonly channels: () => ReadonlyMap<string, SlackChannel>;
  readonly sealer: Sealer;
  readonly startThread: DeliveryQueue['startThread'];
  readonly now: () => number;
}): DelivererParts['send'] {
  const { webhooks, slack, sealer, now } = parts;
  const opened = new Map<string, SigningKey>();

  const keyOf = (endpoint: string, { id, kind, sealed }: SealedSecret): SigningKey => {
    const known = opened.get(id);
    if (known !== undefined) return known;
    const key = readSigningKey(kind, sealer.open(sealed, endpoint));
    if (opened.size >= KEYS_KEPT) opened.clear();
    opened.set(id, key);
    return key;
  };

  const unsent = (error: string, kind: AttemptResult['kind'] = 'failed'): AttemptResult => ({
    kind,
    status: null,
    error,
    afterMs: null,
    answer: '',
    startedAt: now(),
    tookMs: 0,
  });

  const toEndpoint = async (
    delivery: ClaimedDelivery,
    lane: Lane,
    signal: AbortSignal,
  ): Promise<AttemptResult> => {
    const { endpoint } = lane.state;
    if (endpoint === null) return unsent('ERR_ENDPOINT_GONE', 'refused');
    let keys: readonly SigningKey[];
    try {
      keys = endpoint.secrets.map((secret) => keyOf(lane.id, secret));
    } catch (error) {
      return unsent(isBridgeError(error) ? error.code : 'ERR_NOTIFIER_KEY');
    }
    const { message: messageId, body } = delivery;
    return classifyAnswer(
      await webhooks.send({ url: endpoint.url, messageId, body, keys, signal }),
    );
  };

  const toSlack = async (
    delivery: ClaimedDelivery,
    channel: SlackChannel,
    signal: AbortSignal,
  ): Promise<AttemptResult> => {
    const startedAt = now();
    const message = JSON.parse(delivery.body) as { text: string; blocks: object[] };
    const { thread, threadTs } = delivery;
    const answer = await slack.send(channel, message, { threadTs, signal });
    const about = { startedAt, tookMs: now() - startedAt, afterMs: null, answer: '' };
    if (answer.kind === 'throttled') {
      const { afterMs, status } = answer;
      return { ...about, kind: 'throttled', status, error: 'ERR_SLACK_THROTTLED', afterMs };
    }
    if (answer.kind === 'failed') {
      const kind = answer.isFinal ? 'refused' : 'failed';
      const { status, error } = answer;
      return { ...about, kind, status, error: 'ERR_SLACK_REFUSED', answer: error };
    }
    // Before the next message of the lane is taken: it belongs into this thread.
    if (thread !== null && threadTs === null && answer.ts !== null) {
      await parts.startThread(delivery.lane, thread, answer.ts).catch(() => undefined);
    }
    return { ...about, kind: 'delivered', status: 200, error: null };
  };

  return async (delivery, lane, signal) => {
    const name = channelOf(lane.id);
    if (name === null) return toEndpoint(delivery, lane, signal);
    const channel = parts.channels().get(name);
    return channel === undefined ? unsent('ERR_SLACK_REFUSED') : toSlack(delivery, channel, signal);
  };
}
