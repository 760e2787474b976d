import type { Approval, Job } from '@gemini-events/schemas';
import type { ReplayBed } from '../replay/bed.ts';

type Bed = Pick<ReplayBed, 'publishRecord' | 'topics'>;

/** Tells of a job as its launcher does. */
export async function publishJob(
  { publishRecord, topics }: Bed,
  given: Pick<Job, 'resource_id' | 'key'> & Partial<Job>,
): Promise<void> {
  const value: Job = {
    kind: 'batch',
    model: null,
    owner: null,
    labels: {},
    route: null,
    budget_usd: null,
    previous_id: null,
    run_id: null,
    launched_at: Date.now(),
    ...given,
  };
  await publishRecord(topics.jobs, value.resource_id, { name: 'Job', value });
}

/** Tells of an approval as the agent does. */
export async function publishApproval(
  { publishRecord, topics }: Bed,
  given: Pick<Approval, 'approval_id' | 'state'> & Partial<Approval>,
): Promise<void> {
  const value: Approval = {
    run_id: 'orders/1',
    workflow: 'orders',
    source: 'default',
    resource_id: null,
    title: 'Go on?',
    evidence: '{}',
    choices: '[]',
    choice: null,
    actor: null,
    via: null,
    reason: null,
    requested_at: 1_000,
    expires_at: Date.now() + 3_600_000,
    decided_at: null,
    ...given,
  };
  await publishRecord(topics.approvals, value.approval_id, { name: 'Approval', value });
}
