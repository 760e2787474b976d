export { kafkaClasspath } from './kafka/kafka-jars.ts';
export { type EmbeddedKafka, startKafka } from './kafka/start-kafka.ts';
export { startPostgres } from './postgres/start-postgres.ts';
export { findFreePort, isFree } from './process/free-port.ts';
export { type GuardedProcess, spawnGuarded } from './process/spawn-guarded.ts';
export { waitUntilReady } from './process/wait-for.ts';
export { type EmbeddedS3, startS3 } from './s3/start-s3.ts';
export { type Stack, type StackOptions, startStack } from './start-stack.ts';
