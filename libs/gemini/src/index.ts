export { createGemini, type Gemini } from './client/create-gemini.ts';
export { type BatchJob, readBatchJob } from './jobs/batch-job.ts';
export { type InteractionJob, type OutputFile, readInteraction } from './jobs/interaction-job.ts';
export type { JobError } from './jobs/job-error.ts';
export { getVideoOperation } from './jobs/video-operation.ts';
export { createRowSplitter } from './json/row-splitter.ts';
export { fileNameIn, operationName, resourceName } from './names/resource-name.ts';
