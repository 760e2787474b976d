export { messageId } from './message-id.ts';
export type { NotifiableEvent } from './notifiable-event.ts';
export { OWNER_NAME } from './owner-name.ts';
export { createPairing } from './pairing.ts';
export { webhookBody, webhookPayloadSchema } from './payload/webhook-body.ts';
export { type Planned, planNotifications } from './plan-notifications.ts';
export type { Turn } from './rules/match-rule.ts';
export { readRule } from './rules/read-rule.ts';
export { readRulesFile } from './rules/read-rules-file.ts';
export type { Rule, RuleSet, SlackChannel } from './rules/rule.ts';
export { ruleSchema, rulesFileSchema } from './rules/rule-schema.ts';
export { rulesJsonSchema } from './rules/rules-json-schema.ts';
export { readSlackAction, type SlackAction } from './slack/approval-action.ts';
export {
  type AskedApproval,
  approvalMessage,
  type DecidedApproval,
  decidedMessage,
} from './slack/approval-message.ts';
export { escapeSlack } from './slack/escape.ts';
export type { SlackMessage } from './slack/render-message.ts';
export { channelOf, slackLane } from './slack/slack-lane.ts';
