export { findConsumers, SERVICES_DIR } from './find-consumers.ts';
