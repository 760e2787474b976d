import type { PostgresPool } from '@gemini-events/postgres';
import { fromText, msOf, toId, toText } from '@gemini-events/postgres';
import type { NewRun, Run, RunEnd, RunState } from './run.ts';

/** Which runs; all that is not named is left open. */
export interface RunFilter {
  readonly workflow?: string | undefined;
  readonly states?: readonly RunState[] | undefined;
  readonly resourceId?: string | undefined;
  /** Begun before, as `startedAt` and `id` of the last one of the page before. */
  readonly before?: { readonly startedAt: number; readonly id: string } | undefined;
  readonly limit: number;
}

/** What people see of the agent's runs. Throws as the pool does. */
export interface Runs {
  /** False: there is one with this id. */
  begin(run: NewRun): Promise<boolean>;
  /** What it waits for; null: it goes on. A run that has ended stays as it is. */
  waitsFor(id: string, what: string | null): Promise<void>;
  end(id: string, end: RunEnd): Promise<void>;
  /** A failed or cancelled run begins again. False: it is in another state. */
  reopen(id: string): Promise<boolean>;
  find(id: string): Promise<Run | null>;
  /** The newest first. */
  list(filter: RunFilter): Promise<readonly Run[]>;
  /** How many there are in each state that has not ended well. */
  counts(): Promise<Readonly<Partial<Record<RunState, number>>>>;
  /** Removes what ended before, milliseconds since 1970. Returns their ids. */
  prune(before: number): Promise<readonly string[]>;
}

const COLUMNS = `id, workflow, version, state, waits_for as "waitsFor", outcome,
  error_code as "errorCode", error_message as "errorMessage", source, event_id as "eventId", type,
  resource_id as "resourceId", redrives, ${msOf('started_at')} as "startedAt",
  ${msOf('changed_at')} as "changedAt", ${msOf('ended_at')} as "endedAt"`;
const NOW = `date_trunc('milliseconds', clock_timestamp())`;
const PRUNED_AT_A_TIME = 1_000;

export function createPostgresRuns(pool: Pick<PostgresPool, 'query'>): Runs {
  return {
    async begin({ id, workflow, version, source, eventId, type, resourceId }) {
      const rows = await pool.query(
        `insert into gemini_events.runs
           (id, workflow, version, state, source, event_id, type, resource_id, started_at, changed_at)
         values ($1, $2, $3, 'running', $4, $5, $6, $7, ${NOW}, ${NOW})
         on conflict (id) do nothing returning 1`,
        [
          id,
          workflow,
          version,
          toId(source),
          toId(eventId),
          toId(type),
          resourceId === null ? null : toId(resourceId),
        ],
      );
      return rows.length > 0;
    },
    async waitsFor(id, what) {
      await pool.query(
        `update gemini_events.runs
         set waits_for = $2, state = case when $2::text is null then 'running' else 'waiting' end,
           changed_at = ${NOW}
         where id = $1 and state in ('running', 'waiting')`,
        [id, what === null ? null : toText(what)],
      );
    },
    async end(id, { state, outcome = null, error = null }) {
      await pool.query(
        `update gemini_events.runs
         set state = $2, outcome = $3, error_code = $4, error_message = $5, waits_for = null,
           changed_at = ${NOW}, ended_at = ${NOW}
         where id = $1 and state in ('running', 'waiting')`,
        [
          id,
          state,
          outcome === null ? null : toText(outcome),
          error === null ? null : toId(error.code),
          error === null ? null : toText(error.message),
        ],
      );
      await pool.query(`delete from gemini_events.run_waits where run_id = $1`, [id]);
    },
    async reopen(id) {
      const rows = await pool.query(
        `update gemini_events.runs
         set state = 'running', error_code = null, error_message = null, outcome = null,
           ended_at = null, redrives = redrives + 1, changed_at = ${NOW}
         where id = $1 and state in ('failed', 'cancelled') returning 1`,
        [id],
      );
      return rows.length > 0;
    },
    async find(id) {
      const [row] = await pool.query<Run>(
        `select ${COLUMNS} from gemini_events.runs where id = $1`,
        [toId(id)],
      );
      return row === undefined ? null : toRun(row);
    },
    async list({ workflow, states, resourceId, before, limit }) {
      const rows = await pool.query<Run>(
        `select ${COLUMNS} from gemini_events.runs
         where ($1::text is null or workflow = $1) and ($2::text[] is null or state = any($2))
           and ($3::text is null or resource_id = $3)
           and ($4::float8 is null or (started_at, id) < (to_timestamp($4::float8 / 1000), $5))
         order by started_at desc, id desc limit $6`,
        [
          workflow ?? null,
          states ?? null,
          resourceId === undefined ? null : toId(resourceId),
          before?.startedAt ?? null,
          before?.id ?? '',
          limit,
        ],
      );
      return rows.map(toRun);
    },
    async counts() {
      const rows = await pool.query<{ state: RunState; count: number }>(
        `select state, count(*)::int as count from gemini_events.runs
         where state in ('running', 'waiting', 'failed') group by state`,
      );
      return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
    },
    async prune(before) {
      const rows = await pool.query<{ id: string }>(
        `delete from gemini_events.runs where id in (
           select id from gemini_events.runs
           where ended_at < to_timestamp($1::float8 / 1000) limit ${PRUNED_AT_A_TIME}
         ) returning id`,
        [before],
      );
      return rows.map(({ id }) => id);
    },
  };
}

const orNull = (text: string | null): string | null => (text === null ? null : fromText(text));

function toRun(row: Run): Run {
  return {
    ...row,
    source: fromText(row.source),
    eventId: fromText(row.eventId),
    type: fromText(row.type),
    resourceId: orNull(row.resourceId),
    waitsFor: orNull(row.waitsFor),
    outcome: orNull(row.outcome),
    errorCode: orNull(row.errorCode),
    errorMessage: orNull(row.errorMessage),
  };
}
