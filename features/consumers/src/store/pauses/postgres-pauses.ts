import type { PostgresPool } from '@gemini-events/postgres';
import { fromText, msOf, toText } from '@gemini-events/postgres';
import type { Pause, Pauses } from './pauses.ts';

const ALL = -1;
const COLUMNS = `consumer, partition, actor, reason,
  ${msOf('paused_at')} as at`;
const ORDERED = 'order by consumer, partition';

const ADD = `insert into gemini_events.pauses (consumer, partition, actor, reason, paused_at)
values ($1, $2, $3, $4, to_timestamp($5::float8 / 1000))
on conflict do nothing
returning consumer`;

const END = `with ended as (
  delete from gemini_events.pauses where consumer = $1 and $2 in (${ALL}, partition) returning *
)
select ${COLUMNS} from ended ${ORDERED}`;

const LIST = `select ${COLUMNS} from gemini_events.pauses
where $1::text is null or consumer = $1 ${ORDERED}`;

interface Row {
  readonly consumer: string;
  readonly partition: number;
  readonly actor: string;
  readonly reason: string | null;
  readonly at: number;
}

/** Pauses in Postgres. */
export function createPostgresPauses(pool: Pick<PostgresPool, 'query'>): Pauses {
  return {
    async add({ consumer, partition, actor, reason, at }) {
      const stored = reason === null ? null : toText(reason);
      const values = [consumer, partition ?? ALL, toText(actor), stored, at];
      return (await pool.query(ADD, values)).length > 0;
    },
    async end(consumer, partition) {
      return (await pool.query<Row>(END, [consumer, partition ?? ALL])).map(toPause);
    },
    async list(consumer) {
      return (await pool.query<Row>(LIST, [consumer ?? null])).map(toPause);
    },
  };
}

function toPause({ consumer, partition, actor, reason, at }: Row): Pause {
  return {
    consumer,
    partition: partition === ALL ? null : partition,
    actor: fromText(actor),
    reason: reason === null ? null : fromText(reason),
    at: Math.round(at),
  };
}
