export { jobsCommand } from './jobs.ts';
export { renderJobs } from './render.ts';
