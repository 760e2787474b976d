export { type EmbeddedKafka, startKafka } from './kafka/start-kafka.ts';
export { kafkaClasspath } from './kafka/kafka-jars.ts';
export { findFreePort, isFree } from './process/free-port.ts';
export { type GuardedProcess, spawnGuarded } from './process/spawn-guarded.ts';
export { startPostgres } from './postgres/start-postgres.ts';
export { type Stack, type StackOptions, startStack } from './start-stack.ts';
