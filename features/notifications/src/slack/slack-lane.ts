const PREFIX = 'slack:';

/** The lane of a Slack channel, by the name that the rules give it. */
export const slackLane = (channel: string): string => `${PREFIX}${channel}`;

/** The channel of a lane; null for an endpoint. */
export function channelOf(lane: string): string | null {
  return lane.startsWith(PREFIX) ? lane.slice(PREFIX.length) : null;
}
