export { behindOf } from './operations/behind.ts';
export { eventsByLane, MOST_EVENTS } from './store/events-by-lane.ts';
export { createReadModel, type ReadModel, type SyncStep } from './store/read-model.ts';
export { TABLES, type TableName } from './store/tables.ts';
