import type { PostgresPool } from '@gemini-events/postgres';
import { fromText, msOf, toId, toText } from '@gemini-events/postgres';
import type { StepAttempt } from './run.ts';

export interface BegunAttempt {
  /** Number over all redrives; names the attempt. */
  readonly attempt: number;
  /** Attempts that failed since the last redrive. */
  readonly failed: number;
  /** Attempts in which the process ended since the last redrive. */
  readonly cutOff: number;
}

/** Each attempt at each step of a run. Throws as the pool does. */
export interface RunJournal {
  /** Before the attempt, so that one whose process ends in it counts too. */
  begin(attempt: {
    readonly runId: string;
    readonly step: number;
    readonly name: string;
    readonly input: string | null;
    readonly instance: string;
  }): Promise<BegunAttempt>;
  done(runId: string, step: number, attempt: number, output: string | null): Promise<void>;
  failed(
    runId: string,
    step: number,
    attempt: number,
    error: { readonly code: string; readonly message: string },
  ): Promise<void>;
  /** In the order in which they began. */
  of(runId: string, limit: number): Promise<readonly StepAttempt[]>;
}

const NOW = `date_trunc('milliseconds', clock_timestamp())`;

const BEGIN = `with run as (
  select redrives from gemini_events.runs where id = $1
), before as (
  select s.attempt, s.redrive, s.state from gemini_events.run_steps s
  where s.run_id = $1 and s.step = $2
), added as (
  insert into gemini_events.run_steps
    (run_id, step, attempt, redrive, name, state, input, instance, started_at)
  select $1, $2, coalesce((select max(attempt) from before), 0) + 1, redrives, $3, 'running', $4, $5,
    ${NOW}
  from run returning attempt, redrive
)
select added.attempt,
  (select count(*) from before b where b.redrive = added.redrive and b.state = 'failed')::int as failed,
  (select count(*) from before b where b.redrive = added.redrive and b.state = 'running')::int
    as "cutOff"
from added`;

export function createPostgresRunJournal(pool: Pick<PostgresPool, 'query'>): RunJournal {
  return {
    async begin({ runId, step, name, input, instance }) {
      const [row] = await pool.query<BegunAttempt>(BEGIN, [
        runId,
        step,
        toText(name),
        input === null ? null : toText(input),
        instance,
      ]);
      // A run that was pruned meanwhile has no journal any more.
      return row ?? { attempt: 1, failed: 0, cutOff: 0 };
    },
    async done(runId, step, attempt, output) {
      await pool.query(
        `update gemini_events.run_steps set state = 'done', output = $4, ended_at = ${NOW}
         where run_id = $1 and step = $2 and attempt = $3`,
        [runId, step, attempt, output === null ? null : toText(output)],
      );
    },
    async failed(runId, step, attempt, { code, message }) {
      await pool.query(
        `update gemini_events.run_steps
         set state = 'failed', error_code = $4, error_message = $5, ended_at = ${NOW}
         where run_id = $1 and step = $2 and attempt = $3`,
        [runId, step, attempt, toId(code), toText(message)],
      );
    },
    async of(runId, limit) {
      const rows = await pool.query<StepAttempt>(
        `select step, attempt, redrive, name, state, input, output, error_code as "errorCode",
           error_message as "errorMessage", instance, ${msOf('started_at')} as "startedAt",
           ${msOf('ended_at')} as "endedAt"
         from gemini_events.run_steps where run_id = $1 order by started_at, step, attempt limit $2`,
        [toId(runId), limit],
      );
      return rows.map((row) => ({
        ...row,
        name: fromText(row.name),
        input: orNull(row.input),
        output: orNull(row.output),
        errorCode: orNull(row.errorCode),
        errorMessage: orNull(row.errorMessage),
      }));
    },
  };
}

const orNull = (text: string | null): string | null => (text === null ? null : fromText(text));
