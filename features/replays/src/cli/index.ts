export { dlqCommand } from './dlq.ts';
export { replayCommand } from './replay.ts';
