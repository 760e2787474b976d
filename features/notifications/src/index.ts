export { messageId } from './message-id.ts';
export { readRule } from './rules/read-rule.ts';
export { readRulesFile } from './rules/read-rules-file.ts';
export { slackLane } from './slack/slack-lane.ts';
export { createPostgresDeliveryLog, type DeliveryState } from './store/delivery-log.ts';
export { createPostgresDeliveryQueue, type SettledLane } from './store/delivery-queue.ts';
export { createPostgresEndpointSecrets } from './store/endpoint-secrets.ts';
export {
  createPostgresEndpoints,
  type DisabledReason,
  type EndpointState,
} from './store/endpoints.ts';
export { createPostgresOutbox, type NewMessage, type Outbox } from './store/outbox.ts';
export { createPostgresRules } from './store/stored-rules.ts';
