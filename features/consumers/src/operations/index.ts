export { findConsumers, SERVICES_DIR } from './find-consumers.ts';
export { membersOf } from './group-members.ts';
