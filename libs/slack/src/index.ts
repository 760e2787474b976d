export { escapeSlack } from './escape.ts';
export { beginningOf, cut, SLACK_LIMITS } from './limits.ts';
export type { SlackMessage } from './slack-message.ts';
