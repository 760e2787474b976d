import type { PostgresPool } from '@gemini-events/postgres';
import { fromText, msOf, toText } from '@gemini-events/postgres';
import { insertSecret, type NewStoredSecret } from './secret-sql.ts';

export type EndpointState = 'unverified' | 'active' | 'disabled';
export type DisabledReason = 'owner' | 'operator' | 'gone' | 'failing';

/** Where a customer wants to be called. Times are milliseconds since 1970. */
export interface Endpoint {
  readonly id: string;
  readonly owner: string;
  readonly url: string;
  readonly description: string;
  /** Types, or families of them; null: all. */
  readonly types: readonly string[] | null;
  readonly state: EndpointState;
  readonly disabledReason: DisabledReason | null;
  /** Null: as the service is configured. */
  readonly maxPerSecond: number | null;
  readonly maxConcurrent: number | null;
  readonly verifiedAt: number | null;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** What its owner may change. */
export type EndpointSettings = Pick<
  Endpoint,
  'url' | 'description' | 'types' | 'maxPerSecond' | 'maxConcurrent'
>;

export type NewEndpoint = Pick<Endpoint, 'id' | 'owner'> &
  EndpointSettings & { readonly secret: NewStoredSecret };

/** The last one of a page: the next page begins after it. */
export interface EndpointPlace {
  readonly createdAt: number;
  readonly id: string;
}

/** An owner has no more than this. */
export const MOST_ENDPOINTS = 50;

/**
 * The endpoints of all owners. Whose an endpoint is, is asked by {@link Endpoints.find}; what changes one
 * takes its id alone. Throws as the pool does.
 */
export interface Endpoints {
  /** Adds one with its first secret, unverified. Null: its owner has {@link MOST_ENDPOINTS}. */
  add(endpoint: NewEndpoint): Promise<Endpoint | null>;
  /** @param owner null: whoever's it is */
  find(owner: string | null, id: string): Promise<Endpoint | null>;
  /** The newest first. @param owner null: of all */
  list(
    owner: string | null,
    page: { readonly limit: number; readonly after: EndpointPlace | null },
  ): Promise<readonly Endpoint[]>;
  /**
   * Changes what is given. Another URL has to be verified anew; what an operator disabled stays disabled.
   * Null: there is none.
   */
  update(id: string, changes: Partial<EndpointSettings>): Promise<Endpoint | null>;
  /** Removes it with its secrets, its lane and its deliveries; messages stay. */
  remove(id: string): Promise<boolean>;
  /**
   * Notes that it answered for itself, and lets its lane begin anew.
   * @param url the one that answered; null comes back where it has another one by now, or an operator
   * disabled it
   */
  verify(id: string, url: string): Promise<Endpoint | null>;
  /**
   * Ends that it is disabled; one that was never verified is unverified then. Null: there is none, or an
   * operator disabled it and `by` is its owner.
   */
  enable(id: string, by: 'owner' | 'operator'): Promise<Endpoint | null>;
  /** Disables it, and gives up what waits for it. That an operator did so is not overwritten. */
  disable(id: string, reason: DisabledReason): Promise<Endpoint | null>;
}

const COLUMNS = `id, owner, url, description, types, state, disabled_reason as "disabledReason",
  max_per_second as "maxPerSecond", max_concurrent as "maxConcurrent",
  ${msOf('verified_at')} as "verifiedAt", ${msOf('created_at')} as "createdAt",
  ${msOf('updated_at')} as "updatedAt"`;

/** Whole milliseconds, so that a place in a list is exact. */
const NOW = `date_trunc('milliseconds', clock_timestamp())`;

const ADD = `
insert into gemini_events.notify_endpoints
  (id, owner, url, description, types, state, max_per_second, max_concurrent, created_at, updated_at)
values ($1, $2, $3, $4, $5, 'unverified', $6, $7, ${NOW}, ${NOW})
returning ${COLUMNS}`;

const LIST = `
select ${COLUMNS} from gemini_events.notify_endpoints
where ($1::text is null or owner = $1)
  and ($3::float8 is null or (created_at, id) < (to_timestamp($3::float8 / 1000), $4))
order by created_at desc, id desc limit $2`;

/** `$1` id, `$2` names of what changes, `$3` and on the values. */
const UPDATE = `
update gemini_events.notify_endpoints set
  url = case when 'url' = any($2::text[]) then $3 else url end,
  description = case when 'description' = any($2::text[]) then $4 else description end,
  types = case when 'types' = any($2::text[]) then $5::text[] else types end,
  max_per_second = case when 'maxPerSecond' = any($2::text[]) then $6 else max_per_second end,
  max_concurrent = case when 'maxConcurrent' = any($2::text[]) then $7 else max_concurrent end,
  verified_at = case when 'url' = any($2::text[]) and $3 <> url then null else verified_at end,
  state = case when 'url' = any($2::text[]) and $3 <> url and disabled_reason is distinct from 'operator'
    then 'unverified' else state end,
  disabled_reason = case when 'url' = any($2::text[]) and $3 <> url and disabled_reason <> 'operator'
    then null else disabled_reason end,
  updated_at = ${NOW}
where id = $1
returning ${COLUMNS}`;

const REMOVE = `
with gone as (delete from gemini_events.notify_endpoints where id = $1 returning id),
deliveries as (delete from gemini_events.notify_deliveries where lane in (select id from gone)),
lane as (delete from gemini_events.notify_lanes where id in (select id from gone))
select id from gone`;

/** The lane of what the statement before it changed begins anew. */
const BEGIN_ANEW = `
update gemini_events.notify_lanes set failures = 0, failing_since = null, closed_until = '-infinity'
where id in (select id from changed)`;

const VERIFY = `
with changed as (
  update gemini_events.notify_endpoints
  set state = 'active', disabled_reason = null, verified_at = ${NOW}, updated_at = ${NOW}
  where id = $1 and url = $2 and disabled_reason is distinct from 'operator'
  returning *
), lane as (${BEGIN_ANEW})
select ${COLUMNS} from changed`;

const ENABLE = `
with changed as (
  update gemini_events.notify_endpoints
  set state = case when verified_at is null then 'unverified' else 'active' end,
    disabled_reason = null, updated_at = ${NOW}
  where id = $1 and state = 'disabled' and ($2 = 'operator' or disabled_reason <> 'operator')
  returning *
), lane as (${BEGIN_ANEW})
select ${COLUMNS} from changed
union all
select ${COLUMNS} from gemini_events.notify_endpoints where id = $1 and state <> 'disabled'`;

const DISABLE = `
with changed as (
  update gemini_events.notify_endpoints
  set state = 'disabled', updated_at = ${NOW},
    disabled_reason = case when disabled_reason = 'operator' then 'operator' else $2 end
  where id = $1
  returning *
), given_up as (
  update gemini_events.notify_deliveries
  set state = 'failed', last_error = 'ERR_ENDPOINT_DISABLED', worker = null,
    settled_at = clock_timestamp()
  where lane in (select id from changed) and state = 'waiting'
)
select ${COLUMNS} from changed`;

export function createPostgresEndpoints(
  pool: Pick<PostgresPool, 'query' | 'transaction'>,
): Endpoints {
  const one = async (text: string, values: readonly unknown[]): Promise<Endpoint | null> => {
    const [row] = await pool.query<Endpoint>(text, values);
    return row === undefined ? null : toEndpoint(row);
  };
  return {
    add: ({ id, owner, url, description, types, maxPerSecond, maxConcurrent, secret }) =>
      pool.transaction(async ({ query }) => {
        // Of two that come at once the second one waits, and counts the first one.
        await query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [
          `notify_endpoints ${owner}`,
        ]);
        const [count] = await query<{ full: boolean }>(
          'select count(*) >= $2 as full from gemini_events.notify_endpoints where owner = $1',
          [owner, MOST_ENDPOINTS],
        );
        if (count?.full !== false) return null;
        const settings = [url, toText(description), types, maxPerSecond, maxConcurrent];
        const [row] = await query<Endpoint>(ADD, [id, owner, ...settings]);
        await insertSecret(query, id, secret);
        await query('insert into gemini_events.notify_lanes (id) values ($1)', [id]);
        return row === undefined ? null : toEndpoint(row);
      }),
    find: (owner, id) =>
      one(
        `select ${COLUMNS} from gemini_events.notify_endpoints
         where id = $2 and ($1::text is null or owner = $1)`,
        [owner, id],
      ),
    async list(owner, { limit, after }) {
      const values = [owner, limit, after?.createdAt ?? null, after?.id ?? ''];
      return (await pool.query<Endpoint>(LIST, values)).map(toEndpoint);
    },
    update: (id, changes) => {
      const { url = '', description = '', types = null } = changes;
      const { maxPerSecond = null, maxConcurrent = null } = changes;
      const values = [url, toText(description), types, maxPerSecond, maxConcurrent];
      return one(UPDATE, [id, Object.keys(changes), ...values]);
    },
    remove: async (id) => (await pool.query<object>(REMOVE, [id])).length > 0,
    verify: (id, url) => one(VERIFY, [id, url]),
    enable: (id, by) => one(ENABLE, [id, by]),
    disable: (id, reason) => one(DISABLE, [id, reason]),
  };
}

function toEndpoint(row: Endpoint): Endpoint {
  return {
    ...row,
    description: fromText(row.description),
    verifiedAt: row.verifiedAt === null ? null : Math.round(row.verifiedAt),
    createdAt: Math.round(row.createdAt),
    updatedAt: Math.round(row.updatedAt),
  };
}
