/**
 * The statements of the inbox. Each takes its keys as arrays of the same length, `$1` to `$3`, and knows
 * no other clock than the server's. Keys of one call differ from each other.
 */

const SAME_KEY = (one: string, other: string): string =>
  `${one}.consumer = ${other}.consumer and ${one}.source = ${other}.source and ${one}.id = ${other}.id`;

/** Whether a request re-opens the row `i` for the first time. */
const IS_NEWS = (request: string): string =>
  `(${request}.reopening is null or i.reopened_by is distinct from ${request}.reopening)`;

/** Whether a request may start what is in the row `i`. */
const IS_OPEN = (request: string): string => `case i.state
  when 'running' then ${request}.takes_over and i.lease_until <= clock_timestamp()
  when 'waiting' then true
  when 'dead' then ${request}.mode <> 'new' and ${IS_NEWS(request)}
  else ${request}.mode = 'again' and ${IS_NEWS(request)} end`;

const LEASE = (ms: string): string =>
  `clock_timestamp() + make_interval(secs => ${ms}::double precision / 1000)`;

const MS = (time: string): string => `(extract(epoch from ${time}) * 1000)::double precision`;

/** A row of the answer for each request; `place` is where it stands in the arrays. */
export interface ClaimRow {
  readonly place: number;
  /** Of the lease; null where there is none. */
  readonly token: string | null;
  readonly attempts: number | null;
  /** As the statement found it; null where there was no row. */
  readonly state: 'running' | 'waiting' | 'done' | 'dead' | null;
  /** Whether the statement tried to get the lease of a row. */
  readonly isOpen: boolean | null;
  readonly leaseUntil: number | null;
  /** How often it was begun, as the statement found it. */
  readonly begun: number | null;
  readonly now: number;
}

/**
 * `$4` modes, `$5` who takes over, `$6` length of the leases in milliseconds, `$7` who re-opens.
 *
 * Never waits for a row: one that is locked is being decided about. New rows go in by the order of their
 * keys, since an insertion waits for a simultaneous one of the same key.
 */
export const CLAIM = `
with wanted as (
  select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::boolean[], $7::text[])
    with ordinality as w (consumer, source, id, mode, takes_over, reopening, place)
), known as materialized (
  select w.*, i.state, i.lease_until, i.attempts as begun, ${IS_OPEN('w')} as is_open
  from wanted w left join gemini_events.inbox i on ${SAME_KEY('i', 'w')}
), added as (
  insert into gemini_events.inbox
    (consumer, source, id, state, token, attempts, lease_until, created_at)
  select consumer, source, id, 'running', 1, 1, ${LEASE('$6')}, clock_timestamp()
  from known where state is null
  order by consumer collate "C", source collate "C", id collate "C"
  on conflict do nothing
  returning consumer, source, id, token, attempts
), opened as (
  update gemini_events.inbox i
  set state = 'running', token = i.token + 1, lease_until = ${LEASE('$6')}, finished_at = null,
    attempts = case when i.finished_at is null then i.attempts + 1 else 1 end,
    reopened_by = case when i.finished_at is null then i.reopened_by else free.reopening end
  from (
    select k.consumer, k.source, k.id, k.reopening
    from known k join gemini_events.inbox i on ${SAME_KEY('i', 'k')}
    where k.is_open and ${IS_OPEN('k')}
    for no key update of i skip locked
  ) free
  where ${SAME_KEY('i', 'free')}
  returning i.consumer, i.source, i.id, i.token, i.attempts
), claimed as (
  select * from added union all select * from opened
)
select k.place::integer as place, c.token, c.attempts, k.state, k.is_open as "isOpen", k.begun,
  ceil(${MS('k.lease_until')}) as "leaseUntil", ceil(${MS('clock_timestamp()')}) as now
from known k left join claimed c on ${SAME_KEY('c', 'k')}`;

/**
 * `$4` tokens, `$5` length of the leases in milliseconds. Answers with the places of the leases that are
 * held. A row that is locked keeps its end: its effect is under way, and nobody can take it over meanwhile.
 */
export const RENEW = `
with held as (
  select w.* from unnest($1::text[], $2::text[], $3::text[], $4::bigint[]) with ordinality
    as w (consumer, source, id, token, place)
  join gemini_events.inbox i on ${SAME_KEY('i', 'w')}
  where i.token = w.token and i.state = 'running'
), renewed as (
  update gemini_events.inbox i set lease_until = ${LEASE('$5')}
  from (
    select h.consumer, h.source, h.id
    from held h join gemini_events.inbox i on ${SAME_KEY('i', 'h')}
    where i.token = h.token and i.state = 'running'
    for no key update of i skip locked
  ) free
  where ${SAME_KEY('i', 'free')}
)
select place::integer as place from held`;

/**
 * `$4` tokens, `$5` states. Answers with the places of the leases that were held. Rows are locked by the
 * order of their keys, so that two calls cannot wait for each other.
 */
export const SETTLE = `
with held as materialized (
  select w.*
  from unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::text[]) with ordinality
    as w (consumer, source, id, token, state, place)
  join gemini_events.inbox i on ${SAME_KEY('i', 'w')}
  where i.token = w.token and i.state = 'running'
  order by i.consumer, i.source, i.id
  for no key update of i
)
update gemini_events.inbox i
set state = held.state, lease_until = null,
  finished_at = case when held.state = 'waiting' then null else clock_timestamp() end
from held where ${SAME_KEY('i', 'held')}
returning held.place::integer as place`;

/** One lease: `$1` to `$3` its key, `$4` its token. Answers with a row where it was held. */
export const FINISH = `
update gemini_events.inbox i
set state = 'done', lease_until = null, finished_at = clock_timestamp()
where i.consumer = $1 and i.source = $2 and i.id = $3 and i.token = $4 and i.state = 'running'
returning 1 as held`;

/** `$1` milliseconds since 1970, `$2` how many rows at most. Nothing is finished before it is created. */
export const PRUNE = `
with old as materialized (
  select consumer, source, id from gemini_events.inbox
  where created_at < to_timestamp($1::double precision / 1000)
    and finished_at < to_timestamp($1::double precision / 1000)
  order by created_at limit $2
  for update skip locked
), gone as (
  delete from gemini_events.inbox i using old where ${SAME_KEY('i', 'old')} returning 1
)
select count(*)::integer as count from gone`;
