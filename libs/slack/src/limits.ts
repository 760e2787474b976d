/** Limits of Block Kit (contract notes 5.8), in characters unless said. */
export const SLACK_LIMITS = {
  blocks: 50,
  header: 150,
  section: 3_000,
  field: 2_000,
  fields: 10,
  contextText: 2_000,
  contextElements: 10,
  actions: 25,
  buttonText: 75,
  value: 2_000,
  actionId: 255,
  blockId: 255,
  url: 3_000,
  /** Of the fallback text; Slack cuts longer ones. */
  text: 4_000,
} as const;

/** At most so many characters (UTF-16) of a text's beginning, the last one whole. */
export function beginningOf(text: string, most: number): string {
  return text.slice(0, most).replace(/[\ud800-\udbff]$/, '');
}

/** Cuts a text on a whole character; of mrkdwn also neither within an entity nor within a link. */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  let kept = beginningOf(text, most - 1).replace(/&[a-z]{0,3}$/, '');
  const opened = kept.lastIndexOf('<');
  if (opened > kept.lastIndexOf('>')) kept = kept.slice(0, opened);
  return `${kept}…`;
}
