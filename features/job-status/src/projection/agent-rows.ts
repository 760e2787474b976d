import type { Approval, Job } from '@gemini-events/schemas';
import type { RowOf } from '../store/tables.ts';

/** Where a record stands, as rows have it. */
interface Place {
  readonly partition: number;
  readonly record_offset: number;
}

export function jobRow(place: Place, job: Job): RowOf<'launched_jobs'> {
  const { labels, ...rest } = job;
  return { ...place, ...rest, labels: JSON.stringify(labels) };
}

export function approvalRow(place: Place, approval: Approval): RowOf<'asked_approvals'> {
  const { actor, resource_id: resource, ...rest } = approval;
  return { ...place, ...rest, resource_id: resource ?? '', decided_by: actor };
}
