export { deadLetterRecord, type OriginalRecord } from './dead-letters/dead-letter.ts';
export {
  type Consumer,
  type ConsumerDefinition,
  defineConsumer,
  type HandlerContext,
  type HandlerLog,
  type Idempotency,
  type Progress,
  type Subscribed,
  type Subscription,
} from './definition/define-consumer.ts';
export type { AnyEvent, GeminiEvent, UnknownEvent } from './definition/event.ts';
export { deadLetter, done, type Outcome, retryLater, skip } from './definition/outcome.ts';
