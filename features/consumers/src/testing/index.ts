export {
  batchCancelled,
  batchExpired,
  batchFailed,
  batchSucceeded,
  geminiEvent,
  interactionCancelled,
  interactionCompleted,
  interactionFailed,
  interactionRequiresAction,
  unknownEvent,
  videoGenerated,
} from './events.ts';
export {
  type TestBench,
  type TestedDeadLetter,
  type TestedOutcome,
  testConsumer,
} from './test-consumer.ts';
