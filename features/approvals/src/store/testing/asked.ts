import type { PostgresPool } from '@gemini-events/postgres';
import type { NewApproval } from '../../approval.ts';

export const CHOICES = [
  { name: 'yes', label: 'Yes', approves: true },
  { name: 'no', label: 'No', approves: false },
];
const MINUTE = 60_000;

/** What can be decided for a minute, but for what is given. */
export function asked(id: string, more: Partial<NewApproval> = {}): NewApproval {
  return {
    id,
    runId: 'run-1',
    workflow: 'summarise',
    source: 'jobs',
    resourceId: 'batches/b1',
    title: 'Spend 12 USD?',
    evidence: '{"cost":12}',
    choices: CHOICES,
    approvers: null,
    defaultChoice: null,
    requestedAt: Date.now(),
    expiresAt: Date.now() + MINUTE,
    ...more,
  };
}

/** Lets the time of what is open be over, by the clock of the database. */
export async function passTime(pool: PostgresPool, id: string): Promise<void> {
  await pool.query(
    `update gemini_events.approvals set expires_at = clock_timestamp() - interval '1 ms'
     where id = $1 and state = 'requested'`,
    [id],
  );
}
