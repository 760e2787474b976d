import { type AskedApproval, readAskedApprovals } from '@gemini-events/approvals/timeline';
import { type ResultOfJob, readResultsOfJob } from '@gemini-events/job-results/timeline';
import { type LaunchedJob, readLaunchedJobs } from '@gemini-events/launches/timeline';
import { fromTexts, msOf, type PostgresPool, toId } from '@gemini-events/postgres';
import { type DecisionOfJob, readDecisionsOfJob } from '@gemini-events/replays/timeline';
import { type RunOfJob, readRunsOfJob } from '@gemini-events/workflows/timeline';

/** All that is known of a job, or of one event, by feature. Times are milliseconds since 1970. */
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
  readonly results: readonly ResultOfJob[];
  readonly decisions: readonly DecisionOfJob[];
  readonly launches: readonly LaunchedJob[];
  readonly runs: readonly RunOfJob[];
  readonly approvals: readonly AskedApproval[];
}

const ms = (column: string, as = 'at'): string => `${msOf(column)} as ${as}`;
/** `$1`: a job or an event. A repeat under another id belongs to the job. */
const IS_IT = 'resource_id = $1 or event_id = $1';

/** What became of a job, or of one event. Throws as the pool does. */
export async function readStory(pool: Pick<PostgresPool, 'query'>, id: string): Promise<Story> {
  const read = async <Row extends object>(text: string): Promise<readonly Row[]> =>
    (await pool.query<Row>(text, [toId(id)])).map(fromTexts);
  // For rows that know no event.
  const ofEvent = await read<{ readonly resource_id: string }>(
    `select distinct resource_id from gemini_events.events where event_id = $1 and resource_id <> ''`,
  );
  const jobs = [toId(id), ...ofEvent.map(({ resource_id: job }) => toId(job))];
  const question = { id, jobs };
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
      readResultsOfJob(pool, question),
      readDecisionsOfJob(pool, question),
      readLaunchedJobs(pool, question),
      readRunsOfJob(pool, question),
      readAskedApprovals(pool, question),
    ]);
  return { deliveries, events, steps, results, decisions, launches, runs, approvals };
}
