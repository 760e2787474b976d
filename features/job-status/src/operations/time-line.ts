import { approvalMoments } from '@gemini-events/approvals/timeline';
import { resultMoments } from '@gemini-events/job-results/timeline';
import { launchMoments } from '@gemini-events/launches/timeline';
import { joinParts, type Moment } from '@gemini-events/read-model';
import { decisionMoments } from '@gemini-events/replays/timeline';
import { runMoments } from '@gemini-events/workflows/timeline';
import type { Story } from '../store/story.ts';

/**
 * Both lanes on one line of time: what Gemini said, and what each consumer did about it. Moments of one
 * time keep the order of cause and effect.
 */
export function timeLineOf(story: Story): readonly Moment[] {
  const { deliveries, events, steps } = story;
  const seen = new Set<string>();
  const receivedAt = new Map(
    events.map(({ at, source, event_id, resource_id }) => [
      JSON.stringify([source, event_id, resource_id]),
      at,
    ]),
  );
  const moments: Moment[] = [...launchMoments(story.launches)];
  for (const {
    at: deliveredAt,
    event_id: eventId,
    source,
    resource_id,
    type,
    route,
    scheme,
  } of deliveries) {
    const id = JSON.stringify([source, eventId, resource_id]);
    const isRepeat = seen.has(id);
    seen.add(id);
    // Its record is some milliseconds younger than what the event says of its receipt.
    const at = isRepeat ? deliveredAt : Math.min(deliveredAt, receivedAt.get(id) ?? deliveredAt);
    const what = isRepeat
      ? 'delivered again'
      : route === 'quarantine'
        ? 'quarantined'
        : 'delivered';
    moments.push({ at, lane: 'gemini', eventId, what, detail: joinParts(type, source, scheme) });
  }
  for (const { at, event_id: eventId, type, trust, error_code, error_message } of events) {
    const detail = joinParts(type, trust === 'project' ? null : trust, error_code, error_message);
    moments.push({ at, lane: 'gemini', eventId, what: 'event', detail });
  }
  for (const step of steps) moments.push(momentOf(step));
  moments.push(
    ...resultMoments(story.results),
    ...decisionMoments(story.decisions),
    ...runMoments(story.runs),
    ...approvalMoments(story.approvals),
  );
  return moments
    .map((moment, place) => ({ moment, place }))
    .sort((a, b) => a.moment.at - b.moment.at || a.place - b.place)
    .map(({ moment }) => moment);
}

function momentOf(step: Story['steps'][number]): Moment {
  const {
    at,
    consumer,
    event_id: eventId,
    state,
    attempt,
    error_code,
    reason,
    due_at,
    origin,
  } = step;
  const isReplayed = origin.includes(`.replay.${consumer}/`);
  const detail = joinParts(
    attempt > 1 ? `attempt ${attempt}` : null,
    isReplayed ? 'by its private lane' : null,
    error_code,
    reason,
    due_at === null ? null : `again at ${new Date(due_at).toISOString()}`,
  );
  return { at, lane: consumer, eventId, what: state.replace('_', ' '), detail };
}
