import { joinParts, type Moment } from '@gemini-events/read-model';
import type { DecisionOfJob } from './store/decisions-of-job.ts';

export { type DecisionOfJob, readDecisionsOfJob } from './store/decisions-of-job.ts';

/** What was decided about the dead letters of a job. */
export function decisionMoments(decisions: readonly DecisionOfJob[]): readonly Moment[] {
  return decisions.map(({ at, consumer, event_id: eventId, decision, actor, reason, replay }) => {
    const detail = joinParts(`by ${actor}`, reason, replay === null ? null : `redrive ${replay}`);
    return { at, lane: consumer, eventId, what: decision, detail };
  });
}
