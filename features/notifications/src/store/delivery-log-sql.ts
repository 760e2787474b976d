import { msOf } from '@gemini-events/postgres';
import { wants } from './wanted-types.ts';

const DELIVERY = `d.id::text as id, d.lane, d.message, m.type, d.state, d.attempts,
  d.triggered_by as "triggeredBy", ${msOf('d.queued_at')} as "queuedAt",
  ${msOf('d.due_at')} as "dueAt", d.last_status as "lastStatus", d.last_error as "lastError",
  ${msOf('d.settled_at')} as "settledAt"`;

/** `$1` lane, `$2` how many, `$3` id before, `$4` state, `$5` type. */
export const LIST = `
select ${DELIVERY}
from gemini_events.notify_deliveries d join gemini_events.notify_messages m on m.id = d.message
where d.lane = $1 and ($3::bigint is null or d.id < $3) and ($4::text is null or d.state = $4)
  and ($5::text is null or m.type = $5)
order by d.id desc limit $2`;

/** `$1` owner, `$2` delivery. */
export const FIND = `
select ${DELIVERY}, m.body, ${msOf('m.created_at')} as "messageAt"
from gemini_events.notify_deliveries d join gemini_events.notify_messages m on m.id = d.message
  left join gemini_events.notify_endpoints e on e.id = d.lane
where d.id = $2 and ($1::text is null or e.owner = $1)`;

/** `$1` delivery, `$2` how many, `$3` number before. */
export const ATTEMPTS = `
select number, ${msOf('started_at')} as "startedAt", took_ms as "tookMs", status, error,
  coalesce(answer, '') as answer
from gemini_events.notify_attempts
where delivery = $1 and number > $3 order by number limit $2`;

/** As if it were new, but for its attempts: these count on, so none of their numbers comes twice. */
const anew = (trigger: 'resend' | 'recover'): string => `state = 'waiting', step = 0,
  due_at = clock_timestamp(), queued_at = clock_timestamp(), worker = null, settled_at = null,
  triggered_by = '${trigger}'`;

/** `$1` delivery. Slack channels are not disabled. */
export const RESEND = `
update gemini_events.notify_deliveries d set ${anew('resend')}
where d.id = $1 and d.state <> 'sending'
  and (d.lane like 'slack:%' or exists (
    select 1 from gemini_events.notify_endpoints e where e.id = d.lane and e.state = 'active'))
returning 1`;

/** `$1` endpoint, `$2` since, `$3` how many. */
export const RECOVER = `
with picked as (
  select d.id from gemini_events.notify_deliveries d
    join gemini_events.notify_endpoints e on e.id = d.lane
  where d.lane = $1 and d.state = 'failed' and d.settled_at >= to_timestamp($2::float8 / 1000)
    and e.state = 'active'
  order by d.id limit $3::integer + 1
), moved as (
  update gemini_events.notify_deliveries d set ${anew('recover')}
  where d.id in (select id from picked order by id limit $3) and d.state = 'failed'
  returning 1
)
select (select count(*)::integer from moved) as count, (select count(*) > $3 from picked) as more`;

/** `$1` endpoint, `$2` since, `$3` until, `$4` how many. Tests and notices were for their own time. */
export const MISSING = `
with picked as (
  select m.id, m.created_at from gemini_events.notify_endpoints e
    join gemini_events.notify_messages m on m.owner = e.owner
  where e.id = $1 and e.state = 'active'
    and m.created_at >= to_timestamp($2::float8 / 1000)
    and m.created_at < to_timestamp($3::float8 / 1000)
    and m.type not like 'endpoint.%'
    and ${wants('e.types', 'm.type')}
    and not exists (
      select 1 from gemini_events.notify_deliveries d where d.message = m.id and d.lane = e.id)
  order by m.created_at, m.id limit $4::integer + 1
), added as (
  insert into gemini_events.notify_deliveries
    (message, lane, state, triggered_by, queued_at, due_at)
  select id, $1, 'waiting', 'missing', clock_timestamp(), clock_timestamp()
  from (select id from picked order by created_at, id limit $4) first_ones
  on conflict (message, lane) do nothing
  returning 1
)
select (select count(*)::integer from added) as count, (select count(*) > $4 from picked) as more`;

/** `$1` endpoint, `$2` id of the message, `$3` type, `$4` body. */
export const TEST = `
with message as (
  insert into gemini_events.notify_messages (id, owner, type, body, created_at)
  select $2, e.owner, $3, $4, clock_timestamp() from gemini_events.notify_endpoints e
  where e.id = $1 and e.state = 'active'
  returning id
)
insert into gemini_events.notify_deliveries (message, lane, state, triggered_by, queued_at, due_at)
select id, $1, 'waiting', 'test', clock_timestamp(), clock_timestamp() from message
returning id::text as id`;
