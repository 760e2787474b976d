import type { PostgresPool } from '@gemini-events/postgres';
import { fromText, msOf, toId } from '@gemini-events/postgres';

/** All that the read model holds about a job, or about one event. Times are milliseconds since 1970. */
export interface Story {
  readonly deliveries: readonly {
    readonly at: number;
    readonly source: string;
    readonly event_id: string;
    readonly resource_id: string;
    readonly type: string;
    readonly route: string;
    readonly scheme: string;
  }[];
  readonly events: readonly {
    readonly at: number;
    readonly occurred_at: number;
    readonly source: string;
    readonly event_id: string;
    readonly resource_id: string;
    readonly type: string;
    readonly trust: string;
    readonly error_code: string | null;
    readonly error_message: string | null;
  }[];
  readonly steps: readonly {
    readonly at: number;
    readonly due_at: number | null;
    readonly consumer: string;
    readonly event_id: string;
    readonly attempt: number;
    readonly state: string;
    readonly reason: string | null;
    readonly error_code: string | null;
    /** `topic/partition/offset`. */
    readonly origin: string;
  }[];
  readonly results: readonly {
    readonly at: number;
    readonly event_id: string;
    readonly status: string;
    readonly size_bytes: number;
    readonly row_count: number | null;
    readonly failed_row_count: number | null;
    readonly object_uri: string;
  }[];
  readonly decisions: readonly {
    readonly at: number;
    readonly consumer: string;
    readonly event_id: string;
    readonly decision: string;
    readonly actor: string;
    readonly reason: string | null;
    readonly replay: string | null;
  }[];
  /** The call that made it, and those that continue it. */
  readonly launches: readonly {
    readonly at: number;
    /** False: it continues the job. */
    readonly is_own: boolean;
    readonly resource_id: string;
    readonly kind: string;
    readonly key: string;
    readonly model: string | null;
    readonly owner: string | null;
    readonly route: string | null;
    readonly previous_id: string | null;
    readonly run_id: string | null;
  }[];
  /** Runs of the agent that its events began; `at`: when they began. */
  readonly runs: readonly {
    readonly at: number;
    readonly changed_at: number;
    readonly id: string;
    readonly event_id: string;
    readonly workflow: string;
    readonly state: string;
    /** Null where it does not wait. */
    readonly waits_for: string | null;
    readonly error_code: string | null;
    readonly error_message: string | null;
  }[];
  /** What runs ask about it, as it stands now; `at`: when it was asked. */
  readonly approvals: readonly {
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
  }[];
}

const ms = (column: string, as = 'at'): string => `${msOf(column)} as ${as}`;
/** `$1`: a job or an event. A repeat under another id belongs to the job. */
const IS_IT = 'resource_id = $1 or event_id = $1';
/** For rows that know no event: the job itself, or that of the event. Unlike an `or` it finds an index. */
const ITS_JOB = `select $1::text union
  select e.resource_id from gemini_events.events e where e.event_id = $1 and e.resource_id <> ''`;

/** What became of a job, or of one event. Throws as the pool does. */
export async function readStory(pool: Pick<PostgresPool, 'query'>, id: string): Promise<Story> {
  const read = async <Row extends object>(text: string): Promise<readonly Row[]> =>
    (await pool.query<Row>(text, [toId(id)])).map(readable);
  const [deliveries, events, steps, results, decisions, launches, runs, approvals] =
    await Promise.all([
      read<Story['deliveries'][number]>(
        `select ${ms('delivered_at')}, source, event_id, resource_id, type, route, scheme
       from gemini_events.deliveries where ${IS_IT} order by delivered_at, partition, record_offset`,
      ),
      read<Story['events'][number]>(
        `select ${ms('received_at')}, ${ms('occurred_at', 'occurred_at')}, source, event_id,
         resource_id, type, trust, error_code, error_message
       from gemini_events.events where ${IS_IT} order by received_at`,
      ),
      read<Story['steps'][number]>(
        `select ${ms('at')}, ${ms('due_at', 'due_at')}, consumer, event_id, attempt, state, reason,
         error_code, origin
       from gemini_events.lane_steps where ${IS_IT} order by partition, record_offset`,
      ),
      read<Story['results'][number]>(
        `select ${ms('stored_at')}, event_id, status, size_bytes::float8 as size_bytes,
         row_count::float8 as row_count, failed_row_count::float8 as failed_row_count, object_uri
       from gemini_events.results where ${IS_IT} order by stored_at`,
      ),
      read<Story['decisions'][number]>(
        `select ${ms('d.decided_at')}, d.consumer, l.event_id, d.decision, d.actor, d.reason, d.replay
       from gemini_events.dead_letters l join gemini_events.dead_letter_decisions d
         using (consumer, partition, record_offset)
       where ${IS_IT} order by d.decided_at`,
      ),
      read<Story['launches'][number]>(
        `select ${ms('launched_at')}, resource_id in (${ITS_JOB}) as is_own, resource_id, kind, key,
         model, owner, route, previous_id, run_id
       from gemini_events.launched_jobs
       where resource_id in (${ITS_JOB} union
         select l.resource_id from gemini_events.launched_jobs l where l.previous_id in (${ITS_JOB}))
       order by launched_at, resource_id`,
      ),
      read<Story['runs'][number]>(
        `select ${ms('started_at')}, ${ms('changed_at', 'changed_at')}, id, event_id, workflow, state,
         waits_for, error_code, error_message
       from gemini_events.runs where resource_id in (${ITS_JOB}) and (${IS_IT}) order by started_at`,
      ),
      read<Story['approvals'][number]>(
        `select ${ms('requested_at')}, ${ms('expires_at', 'expires_at')},
         ${ms('decided_at', 'decided_at')}, approval_id, run_id, title, state, choice, decided_by,
         via, reason
       from gemini_events.asked_approvals where resource_id in (${ITS_JOB}) order by requested_at`,
      ),
    ]);
  return { deliveries, events, steps, results, decisions, launches, runs, approvals };
}

function readable<Row extends object>(row: Row): Row {
  const entries = Object.entries(row).map(([name, value]) => [
    name,
    typeof value === 'string' ? fromText(value) : value,
  ]);
  return Object.fromEntries(entries) as Row;
}
