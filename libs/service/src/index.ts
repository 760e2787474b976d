export { type AdminServer, type Health, startAdminServer } from './admin-server.ts';
export { createBatcher } from './batcher.ts';
export {
  type ConfigResult,
  configOrExit,
  type Environment,
  EXIT_CONFIG,
  readConfig,
} from './config.ts';
export {
  ALWAYS,
  brokerList,
  flag,
  httpUrl,
  kafkaFields,
  kafkaRules,
  listIn,
  port,
  processFields,
  registryFields,
  secret,
  wholeNumber,
} from './config-fields.ts';
export { followFile } from './follow-file.ts';
export { createLogger, type Logger } from './log.ts';
export {
  type Counter,
  createMetrics,
  type Gauge,
  type Histogram,
  type Metrics,
} from './metrics.ts';
export { createPrivateFile } from './private-file.ts';
export { untilSuccess } from './retry.ts';
export {
  type RunningService,
  runService,
  type ServiceContext,
  type ServiceState,
} from './run-service.ts';
export { Secret } from './secret.ts';
