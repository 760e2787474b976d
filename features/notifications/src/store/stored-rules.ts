import type { PostgresPool } from '@gemini-events/postgres';
import { fromText, msOf, toText } from '@gemini-events/postgres';

/** A rule that came by the API, beside those of the file. */
export interface StoredRule {
  readonly name: string;
  /** JSON, as it was given. */
  readonly definition: unknown;
  /** Who gave it. */
  readonly actor: string;
  /** Milliseconds since 1970. */
  readonly updatedAt: number;
}

/** Throws as the pool does. */
export interface StoredRules {
  /** By name. */
  list(): Promise<readonly StoredRule[]>;
  find(name: string): Promise<StoredRule | null>;
  /** Adds a rule, or takes the place of the one with its name. */
  put(rule: Omit<StoredRule, 'updatedAt'>): Promise<StoredRule>;
  /** False: there is none. */
  remove(name: string): Promise<boolean>;
}

const COLUMNS = `name, definition, actor, ${msOf('updated_at')} as "updatedAt"`;

export function createPostgresRules(pool: Pick<PostgresPool, 'query'>): StoredRules {
  return {
    async list() {
      const rows = await pool.query<StoredRule>(
        `select ${COLUMNS} from gemini_events.notify_rules order by name`,
      );
      return rows.map(toRule);
    },
    async find(name) {
      const [row] = await pool.query<StoredRule>(
        `select ${COLUMNS} from gemini_events.notify_rules where name = $1`,
        [name],
      );
      return row === undefined ? null : toRule(row);
    },
    async put({ name, definition, actor }) {
      const [row] = await pool.query<StoredRule>(
        `insert into gemini_events.notify_rules (name, definition, actor, updated_at)
         values ($1, $2, $3, clock_timestamp())
         on conflict (name) do update set definition = excluded.definition, actor = excluded.actor,
           updated_at = excluded.updated_at
         returning ${COLUMNS}`,
        [name, JSON.stringify(definition), toText(actor)],
      );
      if (row === undefined) throw new TypeError('an upsert gave no row');
      return toRule(row);
    },
    async remove(name) {
      const rows = await pool.query<object>(
        'delete from gemini_events.notify_rules where name = $1 returning 1',
        [name],
      );
      return rows.length > 0;
    },
  };
}

function toRule(row: StoredRule): StoredRule {
  return { ...row, actor: fromText(row.actor), updatedAt: Math.round(row.updatedAt) };
}
