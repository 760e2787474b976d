import { msOf } from '@gemini-events/postgres';

/** What runs on a lane is over when its lease is, or when another worker has it. */
const LOST = `(l.worker is distinct from d.worker or l.worker_until < clock_timestamp())`;

/**
 * `$1` this worker. Its own are never reclaimed: while it lives, each of them ends by being settled, also
 * after its lease.
 */
export const RECLAIM = `
update gemini_events.notify_deliveries d
set state = 'waiting', due_at = clock_timestamp(), worker = null, last_error = 'ERR_ATTEMPT_UNCLEAR'
from gemini_events.notify_lanes l
where d.lane = l.id and d.state = 'sending' and d.worker <> $1 and ${LOST}
returning 1`;

/** `$1` worker, `$2` how many: any of them, so that none is left out for ever. */
export const DUE_LANES = `
select l.id from gemini_events.notify_lanes l
where l.closed_until <= clock_timestamp()
  and (l.worker = $1 or l.worker is null or l.worker_until < clock_timestamp())
  and exists (
    select 1 from gemini_events.notify_deliveries d
    where d.lane = l.id and d.state = 'waiting' and d.due_at <= clock_timestamp()
  )
order by random() limit $2`;

/** `$1` lanes. With the secrets that are valid, the newest first. */
export const LANES = `
select l.id, l.failures, ${msOf('l.failing_since')} as "failingSince", e.url, e.owner, e.state,
  e.max_per_second as "maxPerSecond", e.max_concurrent as "maxConcurrent", (
    select coalesce(json_agg(json_build_object('id', s.id, 'kind', s.kind, 'sealed', encode(s.sealed, 'base64'))
      order by s.created_at desc, s.id), '[]')
    from gemini_events.notify_secrets s
    where s.endpoint = e.id and (s.expires_at is null or s.expires_at > clock_timestamp())
  ) as secrets
from gemini_events.notify_lanes l left join gemini_events.notify_endpoints e on e.id = l.id
where l.id = any($1::text[])`;

/**
 * `$1` lanes, `$2` how many of each, `$3` worker, `$4` lease in ms. Locks the lanes first, so that two
 * workers never both take one; of a lane that another one is just taking, nothing is had.
 */
export const CLAIM = `
with mine as (
  select l.id, asked.free, l.worker, l.worker_until
  from unnest($1::text[], $2::integer[]) as asked (id, free)
    join gemini_events.notify_lanes l on l.id = asked.id
  where l.closed_until <= clock_timestamp()
    and (l.worker = $3 or l.worker is null or l.worker_until < clock_timestamp())
  order by l.id for update of l skip locked
), leased as (
  update gemini_events.notify_lanes l
  set worker = $3, worker_until = clock_timestamp() + make_interval(secs => $4 / 1000.0)
  from mine where l.id = mine.id
    and (mine.worker is distinct from $3
      or mine.worker_until < clock_timestamp() + make_interval(secs => $4 / 2000.0))
), picked as (
  select due.id from mine cross join lateral (
    select d.id from gemini_events.notify_deliveries d
    where d.lane = mine.id and d.state = 'waiting' and d.due_at <= clock_timestamp()
    order by d.due_at, d.id limit mine.free
  ) due
), claimed as (
  update gemini_events.notify_deliveries d
  set state = 'sending', attempts = d.attempts + 1, worker = $3
  from picked where d.id = picked.id and d.state = 'waiting'
  returning d.*
)
select d.id::text as id, d.lane, d.message, m.type, m.body, d.attempts as number, d.step,
  ${msOf('d.queued_at')} as "queuedAt", ${msOf('d.due_at')} as "dueAt",
  d.triggered_by as "triggeredBy", d.thread, t.ts as "threadTs"
from claimed d join gemini_events.notify_messages m on m.id = d.message
  left join gemini_events.notify_threads t on t.lane = d.lane and t.thread = d.thread
order by d.due_at, d.id`;

/** `$1` lanes, `$2` worker, `$3` lease in ms. */
export const RENEW = `
update gemini_events.notify_lanes
set worker_until = clock_timestamp() + make_interval(secs => $3 / 1000.0)
where id = any($1::text[]) and worker = $2`;

/** `$1` worker. */
export const RELEASE = `
update gemini_events.notify_lanes set worker = null, worker_until = '-infinity' where worker = $1`;

/**
 * `$1` worker, then columns of the attempts. An endpoint that was removed meanwhile has taken its
 * deliveries along: nothing is written of them.
 */
export const SETTLE = `
with given as (
  select * from unnest($2::bigint[], $3::integer[], $4::text[], $5::integer[], $6::float8[],
    $7::float8[], $8::integer[], $9::integer[], $10::text[], $11::text[])
    as g (id, number, state, step, due_ms, started_ms, took_ms, status, error, answer)
), present as materialized (
  select d.id from gemini_events.notify_deliveries d join given on given.id = d.id
  order by d.id for no key update of d
), tried as (
  insert into gemini_events.notify_attempts
    (delivery, number, started_at, took_ms, status, error, answer)
  select g.id, g.number, to_timestamp(g.started_ms / 1000), g.took_ms, g.status, g.error, g.answer
  from given g join present on present.id = g.id
  on conflict (delivery, number) do nothing
)
update gemini_events.notify_deliveries d
set state = g.state, step = g.step, due_at = to_timestamp(g.due_ms / 1000), worker = null,
  last_status = g.status, last_error = g.error,
  settled_at = case when g.state = 'waiting' then null else clock_timestamp() end
from given g join present on present.id = g.id
where d.id = g.id and d.worker = $1 and d.attempts = g.number and d.state = 'sending'`;

/** `$1` worker, then columns of the lanes. */
export const LANE_STATES = `
update gemini_events.notify_lanes l set failures = g.failures,
  failing_since = to_timestamp(g.since_ms / 1000), closed_until = to_timestamp(g.closed_ms / 1000)
from unnest($2::text[], $3::integer[], $4::float8[], $5::float8[])
  as g (id, failures, since_ms, closed_ms)
where l.id = g.id and l.worker = $1`;

/** `$1` lane, `$2` thread, `$3` ts. */
export const THREADS = `
insert into gemini_events.notify_threads (lane, thread, ts, created_at)
values ($1, $2, $3, clock_timestamp())
on conflict (lane, thread) do nothing`;
