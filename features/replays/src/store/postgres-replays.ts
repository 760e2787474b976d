import type { PostgresPool } from '@gemini-events/postgres';
import { fromText, msOf, toText } from '@gemini-events/postgres';

/** `running` also says of one whose process was killed that it has not ended. */
export type ReplayState = 'running' | 'paused' | 'cancelled' | 'done';

/** A replay of events, or a redrive of dead letters. */
export interface Replay {
  readonly id: string;
  readonly kind: 'replay' | 'redrive';
  /** The consumer, or the topic, that it is for. */
  readonly target: string;
  readonly state: ReplayState;
  readonly actor: string;
  readonly reason: string | null;
  /** What was asked for, with all that was found out at its beginning; JSON. */
  readonly plan: unknown;
  /** Offsets that it reads, and how many of them it has. */
  readonly total: number;
  readonly scanned: number;
  /** Records that it wrote, by type. */
  readonly copied: Readonly<Record<string, number>>;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly endedAt: number | null;
}

export type NewReplay = Omit<Replay, 'state' | 'scanned' | 'copied' | 'updatedAt' | 'endedAt'>;

/**
 * What replays were asked for and how far they are. The state is where pause and cancel meet the process
 * that does the work, which looks at it now and then. Throws as the pool does.
 */
export interface Replays {
  add(replay: NewReplay): Promise<void>;
  find(id: string): Promise<Replay | null>;
  /** The newest first. */
  list(limit: number): Promise<readonly Replay[]>;
  /** Changes the state, if it is one of these. Null where it is not; else as it is then. */
  move(id: string, from: readonly ReplayState[], to: ReplayState): Promise<Replay | null>;
  /** Tells how far it is. @returns the state, that it may stop */
  progress(
    id: string,
    how: { readonly scanned: number; readonly copied: Readonly<Record<string, number>> },
  ): Promise<ReplayState>;
}

const COLUMNS = `id, kind, target, state, actor, reason, plan, total::float8 as total,
  scanned::float8 as scanned, copied, ${msOf('created_at')} as "createdAt",
  ${msOf('updated_at')} as "updatedAt", ${msOf('ended_at')} as "endedAt"`;

export function createPostgresReplays(pool: Pick<PostgresPool, 'query'>): Replays {
  return {
    async add({ id, kind, target, actor, reason, plan, total, createdAt }) {
      await pool.query(
        `insert into gemini_events.replays
          (id, kind, target, state, actor, reason, plan, total, created_at, updated_at)
         values ($1, $2, $3, 'running', $4, $5, $6, $7, to_timestamp($8::float8 / 1000), clock_timestamp())`,
        [
          id,
          kind,
          target,
          toText(actor),
          reason === null ? null : toText(reason),
          JSON.stringify(plan),
          total,
          createdAt,
        ],
      );
    },
    async find(id) {
      const rows = await pool.query<Replay>(
        `select ${COLUMNS} from gemini_events.replays where id = $1`,
        [id],
      );
      return rows[0] === undefined ? null : toReplay(rows[0]);
    },
    async list(limit) {
      const rows = await pool.query<Replay>(
        `select ${COLUMNS} from gemini_events.replays order by created_at desc, id limit $1`,
        [limit],
      );
      return rows.map(toReplay);
    },
    async move(id, from, to) {
      const rows = await pool.query<Replay>(
        `update gemini_events.replays set state = $3, updated_at = clock_timestamp(),
           ended_at = case when $3 in ('done', 'cancelled') then clock_timestamp() end
         where id = $1 and state = any($2::text[])
         returning ${COLUMNS}`,
        [id, [...from], to],
      );
      return rows[0] === undefined ? null : toReplay(rows[0]);
    },
    async progress(id, { scanned, copied }) {
      const [row] = await pool.query<{ state: ReplayState }>(
        `update gemini_events.replays set scanned = $2, copied = $3, updated_at = clock_timestamp()
         where id = $1 returning state`,
        [id, scanned, JSON.stringify(copied)],
      );
      return row?.state ?? 'cancelled';
    },
  };
}

function toReplay(row: Replay): Replay {
  return {
    ...row,
    actor: fromText(row.actor),
    reason: row.reason === null ? null : fromText(row.reason),
    createdAt: Math.round(row.createdAt),
    updatedAt: Math.round(row.updatedAt),
    endedAt: row.endedAt === null ? null : Math.round(row.endedAt),
  };
}
