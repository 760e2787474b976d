import { joinParts, type Moment } from '@gemini-events/read-model';
import type { RunOfJob } from './store/runs-of-job.ts';

export { type RunOfJob, readRunsOfJob } from './store/runs-of-job.ts';

/** Runs that the events of a job began. */
export function runMoments(runs: readonly RunOfJob[]): readonly Moment[] {
  return runs.flatMap(momentsOf);
}

function momentsOf(run: RunOfJob): readonly Moment[] {
  const { at, changed_at: changedAt, id, event_id: eventId, state, waits_for } = run;
  const moment = { lane: 'agent', eventId };
  const begun = { ...moment, at, what: 'run begun', detail: id };
  if (state === 'running') return [begun];
  const detail = joinParts(
    waits_for === null ? null : `for ${waits_for}`,
    run.error_code,
    run.error_message,
  );
  return [begun, { ...moment, at: changedAt, what: `run ${state}`, detail }];
}
