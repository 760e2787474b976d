import { fromTexts, msOf, type PostgresPool, toId } from '@gemini-events/postgres';
import type { TimelineQuestion } from '@gemini-events/read-model';

/** What was decided about a dead letter of the job; `at`: milliseconds since 1970. */
export interface DecisionOfJob {
  readonly at: number;
  readonly consumer: string;
  readonly event_id: string;
  readonly decision: string;
  readonly actor: string;
  readonly reason: string | null;
  readonly replay: string | null;
}

/** Reads what was decided about the dead letters of a job, or of one event. Throws as the pool does. */
export async function readDecisionsOfJob(
  pool: Pick<PostgresPool, 'query'>,
  { id }: TimelineQuestion,
): Promise<readonly DecisionOfJob[]> {
  const rows = await pool.query<DecisionOfJob>(
    `select ${msOf('d.decided_at')} as at, d.consumer, l.event_id, d.decision, d.actor, d.reason,
       d.replay
     from gemini_events.dead_letters l join gemini_events.dead_letter_decisions d
       using (consumer, partition, record_offset)
     where resource_id = $1 or event_id = $1 order by d.decided_at`,
    [toId(id)],
  );
  return rows.map(fromTexts);
}
