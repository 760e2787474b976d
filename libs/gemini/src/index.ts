export { createGemini, type Gemini } from './client/create-gemini.ts';
export type { Creation, JobCalls } from './client/create-job.ts';
export { type BatchJob, readBatchJob } from './jobs/batch-job.ts';
export { type InteractionJob, type OutputFile, readInteraction } from './jobs/interaction-job.ts';
export { at, textAt } from './json/at.ts';
export { createRowSplitter } from './json/row-splitter.ts';
export { fileNameIn, operationName, resourceName } from './names/resource-name.ts';
