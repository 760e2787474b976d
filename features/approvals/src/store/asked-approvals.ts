import { fromTexts, msOf, type PostgresPool } from '@gemini-events/postgres';
import type { TimelineQuestion } from '@gemini-events/read-model';

/** What a run asks about a job, as it stands now; `at`: when it was asked. */
export interface AskedApproval {
  readonly at: number;
  readonly expires_at: number;
  readonly decided_at: number | null;
  readonly approval_id: string;
  readonly run_id: string;
  readonly title: string;
  readonly state: string;
  readonly choice: string | null;
  readonly decided_by: string | null;
  readonly via: string | null;
  readonly reason: string | null;
}

/** Reads what runs ask about a job. Throws as the pool does. */
export async function readAskedApprovals(
  pool: Pick<PostgresPool, 'query'>,
  { jobs }: TimelineQuestion,
): Promise<readonly AskedApproval[]> {
  const rows = await pool.query<AskedApproval>(
    `select ${msOf('requested_at')} as at, ${msOf('expires_at')} as expires_at,
       ${msOf('decided_at')} as decided_at, approval_id, run_id, title, state, choice, decided_by,
       via, reason
     from gemini_events.asked_approvals where resource_id = any($1::text[]) order by requested_at`,
    [jobs],
  );
  return rows.map(fromTexts);
}
