export { dlqCommand } from './dlq.ts';
export { replayCommand } from './replay.ts';
export { ROUTES } from './request-options.ts';
