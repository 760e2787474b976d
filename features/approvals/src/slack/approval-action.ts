import { z } from 'zod';
import { CHOICE_PREFIX } from './approval-message.ts';

/** Somebody clicked a button of {@link approvalMessage}. */
export interface SlackAction {
  readonly approvalId: string;
  /** Name of the choice, as it came. */
  readonly choice: string;
  /** Slack's id of the user, who is `slack:` and this id among approvers. */
  readonly userId: string;
  /** For people to read only: users choose it. */
  readonly userName: string | null;
  /** Slack's id of the channel. */
  readonly channel: string | null;
  /** Takes answers and the new message, five times within half an hour. */
  readonly responseUrl: string | null;
  /** With the button and the user it tells a repeat of Slack's from a second click. */
  readonly actionTs: string;
}

const text = z.string().min(1);
const named = z.string().optional().catch(undefined);

const click = z.object({
  type: z.literal('block_actions'),
  user: z.object({ id: text, name: named, username: named }),
  channel: z.object({ id: text }).optional().catch(undefined),
  response_url: named,
  actions: z.array(z.unknown()),
});
const button = z
  .object({
    type: z.literal('button'),
    action_id: text.startsWith(CHOICE_PREFIX),
    block_id: text,
    value: text,
    action_ts: text,
  })
  .refine(({ block_id, value, action_id }) => {
    return block_id === value && action_id.length > CHOICE_PREFIX.length;
  });

/**
 * Reads the field `payload` of a click. Its signature must have been checked.
 * @param payload the JSON, as text or parsed
 * @returns null where it is no click on one of our buttons
 */
export function readSlackAction(payload: unknown): SlackAction | null {
  const read = click.safeParse(typeof payload === 'string' ? parse(payload) : payload);
  if (!read.success) return null;
  const { user, channel, response_url: responseUrl, actions } = read.data;
  for (const action of actions) {
    const { data } = button.safeParse(action);
    if (data === undefined) continue;
    return {
      approvalId: data.value,
      choice: data.action_id.slice(CHOICE_PREFIX.length),
      userId: user.id,
      userName: user.username ?? user.name ?? null,
      channel: channel?.id ?? null,
      responseUrl: responseUrl ?? null,
      actionTs: data.action_ts,
    };
  }
  return null;
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}
