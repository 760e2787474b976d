import type { NewMessage } from '@gemini-events/notifications';
import { messageId, slackLane } from '@gemini-events/notifications';
import type { SlackMessage } from '@gemini-events/slack';
import type { Message } from '../definition/run-context.ts';
import { cleanText } from '../engine/describe.ts';
import type { RunSteps } from '../engine/run-parts.ts';

/** Slack's limit of a section's text. */
const MOST_TEXT = 3_000;

/** Queues a message for the notifier, which sends it once and within Slack's rates. */
export async function notify(run: RunSteps, name: string, message: Message): Promise<void> {
  const text = cleanText(message.text).slice(0, MOST_TEXT);
  const rendered = {
    text,
    blocks: [{ type: 'section', text: { type: 'mrkdwn', text, verbatim: true } }],
  };
  const now = await run.durable.now();
  const queued = slackMessageOf(run, name, message.channel, rendered, now, message.thread);
  await run.durable.step(`notify ${name}`, () => run.parts.tell([queued]), { input: message });
}

/** A message of a run to a channel: with the same id whenever it is queued again. */
export function slackMessageOf(
  { durable, source, eventId, resourceId, workflow }: RunSteps,
  name: string,
  channel: string,
  message: SlackMessage,
  createdAt: number,
  thread: string | null = resourceId,
): NewMessage {
  return {
    id: messageId(durable.runId, name, channel),
    owner: '',
    type: 'agent.message',
    source,
    eventId,
    resourceId,
    rule: `workflow ${workflow}`,
    body: JSON.stringify(message),
    createdAt,
    lane: slackLane(channel),
    thread,
  };
}
