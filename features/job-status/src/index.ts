export { TABLE_NAMES, type TableName, tableOf } from './projections.ts';
export { createReadModel, type ReadModel, type SyncStep } from './store/read-model.ts';
