export { type JobLabels, labelsOfJobs } from './store/job-labels.ts';
export {
  LAUNCH_KINDS,
  type Launch,
  type Launches,
  type LaunchFilter,
  type LaunchState,
  type NewLaunch,
} from './store/launches.ts';
export { createMemoryLaunches } from './store/memory-launches.ts';
export { createPostgresLaunches } from './store/postgres-launches.ts';
