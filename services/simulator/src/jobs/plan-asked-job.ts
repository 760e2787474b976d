import type { PlannedJob } from '../runs/plan-run.ts';
import { outcomeOf } from '../scripts/turns.ts';
import type { JobRequest } from './job.ts';

/** What becomes of a job, where its own request leaves less to chance than was drawn for it. */
export function planAsked(drawn: PlannedJob, request: JobRequest): PlannedJob {
  if (request.kind !== 'interaction') return drawn;
  const { script, isForeground, answersCall, calls } = request;
  const cannotAsk = answersCall || calls.length === 0;
  const byChance =
    drawn.outcome === 'requires_action' && cannotAsk ? ('succeeded' as const) : drawn.outcome;
  return {
    ...drawn,
    outcome: script === null ? byChance : outcomeOf(script.turn),
    durationMs: isForeground ? 0 : (script?.turn.afterMs ?? drawn.durationMs),
  };
}
