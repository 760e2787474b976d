export { createResultLinks } from '../keys/result-links.ts';
export { createSealer } from '../keys/sealer.ts';
export { type Deliverer, startDeliverer } from './deliverer.ts';
export { createLaneBook } from './lane-book.ts';
export { limitsOfLane } from './lane-limits.ts';
export { createDeliverySender } from './send-delivery.ts';
export { createSlackSender } from './send-slack.ts';
export { createWebhookSender } from './send-webhook.ts';
export { createSwitchOff } from './switch-off.ts';
