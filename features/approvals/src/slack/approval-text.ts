import { cut, escapeSlack } from '@gemini-events/slack';

/** Slack refuses texts of no characters. */
const NOTHING = '–';
const FENCE = '```';
/** They would show what follows in another order than it is written, and a decision rests on it. */
const DIRECTIONS = /[\u202a-\u202e\u2066-\u2069]/g;

export interface SlackText {
  readonly type: 'mrkdwn' | 'plain_text';
  readonly text: string;
  readonly verbatim?: boolean;
}

/** A value in one line, so that it cannot look like a line of ours. */
export function oneLine(value: string): string {
  return clean(value).replaceAll(/\s+/g, ' ').trim() || NOTHING;
}

/** Whole characters, in the order in which they are written. */
function clean(value: string): string {
  return value.toWellFormed().replaceAll(DIRECTIONS, '');
}

/** A value in mrkdwn: no mention, no link, no entity, no block of code. */
export function escaped(value: string): string {
  return escapeSlack(value).replaceAll('``', '`\u200b`');
}

/** Each line of a value as a quotation, which nothing in it can end. */
export function quoted(value: string): string {
  const lines = clean(value).split(/\r\n|[\n\v\f\r\u0085\u2028\u2029]/);
  return lines.map((line) => `>${escaped(line)}`).join('\n');
}

/** A value as code, cut to `most` characters, which nothing in it can end. */
export function code(value: string, most: number): string {
  const inside = cut(escaped(clean(value)), most - 2 * (FENCE.length + 1));
  return `${FENCE}\n${inside}\n${FENCE}`;
}

export function plain(text: string, most: number): SlackText {
  return { type: 'plain_text', text: cut(oneLine(text), most) };
}

/** @param text mrkdwn, the values in it escaped */
export function mrkdwn(text: string, most: number): SlackText {
  // Else Slack would look for mentions such as @here in what values say.
  return { type: 'mrkdwn', text: cut(text, most), verbatim: true };
}

/** To the minute, in UTC. @param at milliseconds since 1970 */
export function timeOf(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
