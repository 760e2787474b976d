import { joinParts, type Moment } from '@gemini-events/read-model';
import type { LaunchedJob } from './store/launched-jobs.ts';

export { type LaunchedJob, readLaunchedJobs } from './store/launched-jobs.ts';

/** The calls that made a job, and that continue it. */
export function launchMoments(launches: readonly LaunchedJob[]): readonly Moment[] {
  return launches.map((launch) => {
    const { at, is_own: isOwn, resource_id: id, key, kind, run_id: run } = launch;
    const { model, owner, route, previous_id: previous } = launch;
    const detail = joinParts(
      isOwn ? kind : id,
      model,
      owner === null ? null : `owner ${owner}`,
      route === null ? null : `route ${route}`,
      isOwn && previous !== null ? `continues ${previous}` : null,
      run === null ? `key ${key}` : `by run ${run}`,
    );
    const lane = run === null ? 'caller' : 'agent';
    return { at, lane, eventId: '', what: isOwn ? 'launched' : 'continued', detail };
  });
}
