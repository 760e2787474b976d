/** What Slack is sent: the fallback text, and blocks. */
export interface SlackMessage {
  readonly text: string;
  readonly blocks: readonly object[];
}
