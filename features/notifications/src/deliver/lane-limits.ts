import type { SlackChannel } from '../rules/rule.ts';
import { channelOf } from '../slack/slack-lane.ts';
import type { LaneState } from '../store/delivery-queue.ts';
import type { LaneLimits } from './lane-book.ts';

const NOT_NOW: LaneLimits = { maxConcurrent: null, perSecond: null };

/**
 * What a lane is to be kept to. Slack gets one message after the other, so that the first of a thread is
 * there before the second; an endpoint that is not verified, or off, gets nothing.
 */
export function limitsOfLane(
  { id, endpoint }: Pick<LaneState, 'id' | 'endpoint'>,
  channels: ReadonlyMap<string, SlackChannel>,
  defaultConcurrency: number,
): LaneLimits {
  const name = channelOf(id);
  if (name !== null) {
    const channel = channels.get(name);
    return channel === undefined ? NOT_NOW : { maxConcurrent: 1, perSecond: channel.perSecond };
  }
  if (endpoint?.state !== 'active') return NOT_NOW;
  const { maxConcurrent, maxPerSecond } = endpoint;
  return { maxConcurrent: maxConcurrent ?? defaultConcurrency, perSecond: maxPerSecond };
}
