export { approvalRecords } from './approval-records.ts';
