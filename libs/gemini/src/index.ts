export { createGemini, type Gemini } from './client/create-gemini.ts';
export type { Creation, JobCalls } from './client/create-job.ts';
export type { BatchSearch, FoundBatch } from './client/find-batch.ts';
export type { UploadContent, UploadedFile } from './client/upload-file.ts';
export { type BatchJob, readBatchJob } from './jobs/batch-job.ts';
export { type InteractionJob, type OutputFile, readInteraction } from './jobs/interaction-job.ts';
export type { JobError } from './jobs/job-error.ts';
export { createRowSplitter } from './json/row-splitter.ts';
export { CALL_METADATA } from './launch/call-metadata.ts';
export type {
  BatchLaunch,
  BatchRow,
  InteractionLaunch,
  LaunchOrder,
  LaunchRequest,
  VideoLaunch,
} from './launch/launch-order.ts';
export {
  createLauncher,
  type Launched,
  type Launcher,
  type LauncherOptions,
  type Stray,
} from './launch/launcher.ts';
export {
  fixedBudget,
  type SpendGuard,
  type Spending,
  type SpendVerdict,
} from './launch/spend-guard.ts';
export { fileNameIn, operationName, resourceName } from './names/resource-name.ts';
