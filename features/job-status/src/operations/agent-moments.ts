import type { Story } from '../store/story.ts';
import { joinParts, type Moment } from './moment.ts';

/** The calls that made a job, and that continue it. */
export function launchMoments({ launches }: Pick<Story, 'launches'>): readonly Moment[] {
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

/** Runs of the agent that the events of a job began, and what runs asked people about it. */
export function agentMoments({
  runs,
  approvals,
}: Pick<Story, 'runs' | 'approvals'>): readonly Moment[] {
  return [...runs.flatMap(runMoments), ...approvals.flatMap(approvalMoments)];
}

function runMoments(run: Story['runs'][number]): readonly Moment[] {
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

/** The topic keeps the last state alone, but that says when it was asked, too. */
function approvalMoments(approval: Story['approvals'][number]): readonly Moment[] {
  const { at, approval_id: id, title, state, decided_at: decidedAt } = approval;
  const moment = { lane: 'agent', eventId: '' };
  const isOpen = state === 'requested';
  const until = `until ${new Date(approval.expires_at).toISOString()}`;
  const asked = { ...moment, at, what: 'asked', detail: joinParts(title, id, isOpen ? until : '') };
  if (isOpen) return [asked];
  const { choice, decided_by: by, via, reason } = approval;
  const detail = joinParts(choice, by === null ? null : `by ${by}`, via, reason);
  return [asked, { ...moment, at: decidedAt ?? at, what: state, detail }];
}
