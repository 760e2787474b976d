import { msOf } from '@gemini-events/postgres';

/** The statements of the ledger. They know no other clock than the server's. */

/** Whole milliseconds, so that a place in a list is exact. */
const NOW = `date_trunc('milliseconds', clock_timestamp())`;

const COLUMNS = `key, kind, encode(digest, 'hex') as digest, state, caller, calls,
  resource_id as "resourceId", error_code as "errorCode", error_message as "errorMessage", model, owner,
  labels, route, budget_usd as "budgetUsd", previous_id as "previousId", run_id as "runId",
  ${msOf('begun_at')} as "begunAt", ${msOf('clock_timestamp() - begun_at')} as "ageMs",
  ${msOf('settled_at')} as "settledAt", ${msOf('announced_at')} as "announcedAt"`;

/** `$1` to `$11` columns. Waits for a simultaneous one of the same key; a row where it was the first. */
export const BEGIN = `
insert into gemini_events.launches
  (key, kind, digest, state, caller, model, owner, labels, route, budget_usd, previous_id, run_id, begun_at)
values ($1, $2, decode($3, 'hex'), 'calling', $4, $5, $6, $7, $8, $9, $10, $11, ${NOW})
on conflict (key) do nothing
returning 1`;

/** `$1` key, `$2` caller, `$3` resource. */
export const CREATED = `
update gemini_events.launches set state = 'created', resource_id = $3, settled_at = ${NOW}
where key = $1 and caller = $2 and state = 'calling'
returning 1`;

/** `$1` key, `$2` caller, `$3` code, `$4` message. */
export const REFUSED = `
update gemini_events.launches
set state = 'refused', error_code = $3, error_message = $4, settled_at = ${NOW}
where key = $1 and caller = $2 and state = 'calling'
returning 1`;

/** `$1` key, `$2` resource. */
export const ADOPT = `
update gemini_events.launches set state = 'created', resource_id = $2, settled_at = ${NOW}
where key = $1 and state = 'calling'
returning 1`;

/** `$1` key, `$2` resource. */
export const IS_ADOPTED = `
select 1 from gemini_events.launches where key = $1 and state = 'created' and resource_id = $2`;

/** `$1` key, `$2` caller, `$3` calls so far. */
export const AGAIN = `
update gemini_events.launches
set state = 'calling', caller = $2, calls = calls + 1, begun_at = ${NOW}, settled_at = null,
  error_code = null, error_message = null
where key = $1 and calls = $3 and state in ('calling', 'refused')
returning 1`;

/** `$1` key. */
export const ANNOUNCED = `
update gemini_events.launches set announced_at = ${NOW}
where key = $1 and state = 'created' and announced_at is null`;

/** `$1` key. */
export const FIND = `select ${COLUMNS} from gemini_events.launches where key = $1`;

/** `$1` resource. */
export const OF_RESOURCE = `select ${COLUMNS} from gemini_events.launches where resource_id = $1`;

/** `$1` owner, `$2` run, `$3` state, `$4` begun before, in ms, `$5` key before, `$6` how many. */
export const LIST = `
select ${COLUMNS} from gemini_events.launches
where ($1::text is null or owner = $1) and ($2::text is null or run_id = $2)
  and ($3::text is null or state = $3)
  and ($4::float8 is null or (begun_at, key) < (to_timestamp($4::float8 / 1000), $5))
order by begun_at desc, key desc limit $6`;

/** `$1` begun before, in ms; `$2` how many. What nobody knows the end of is kept, however old. */
export const PRUNE = `
delete from gemini_events.launches where key in (
  select key from gemini_events.launches
  where begun_at < to_timestamp($1::float8 / 1000) and state <> 'calling'
  order by begun_at limit $2
) returning 1`;
