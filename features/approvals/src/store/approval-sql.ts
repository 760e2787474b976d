import { msOf } from '@gemini-events/postgres';

const NOW = `date_trunc('milliseconds', clock_timestamp())`;

/** Of a table or query called `a`. */
const COLUMNS = `a.id, a.run_id as "runId", a.workflow, a.source, a.resource_id as "resourceId",
  a.title, a.evidence, a.choices, a.approvers, a.default_choice as "defaultChoice", a.state, a.choice,
  a.actor, a.via, a.reason, ${msOf('a.requested_at')} as "requestedAt",
  ${msOf('a.expires_at')} as "expiresAt", ${msOf('a.decided_at')} as "decidedAt"`;

/** One object, as both tables have columns of the same names. Of a table called `l`. */
const LINE = `json_build_object('id', l.id::text, 'approvalId', l.approval,
  'at', ${msOf('l.at')}, 'action', l.action, 'actor', l.actor, 'via', l.via, 'choice', l.choice,
  'outcome', l.outcome, 'reason', l.reason, 'announcedAt', ${msOf('l.announced_at')}) as line`;

/** `$1` to `$12` columns of the approval, `$13` who asks. */
export const REQUEST = `
with a as (
  insert into gemini_events.approvals (id, run_id, workflow, source, resource_id, title, evidence,
    choices, approvers, default_choice, state, requested_at, expires_at)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'requested', to_timestamp($11::float8 / 1000),
    to_timestamp($12::float8 / 1000))
  on conflict (id) do nothing returning *
), logged as (
  insert into gemini_events.approval_log (approval, at, action, actor, via, outcome)
  select id, ${NOW}, 'request', $13, 'run', 'taken' from a
)
select ${COLUMNS} from a`;

export const FIND = `select ${COLUMNS} from gemini_events.approvals a where a.id = $1`;

/**
 * `$1` id. The clock is read of what was locked, so after the lock was had: a decision that waited
 * for another one until the time was over is too late.
 */
export const LOCK = `
with a as materialized (
  select * from gemini_events.approvals where id = $1 for update
)
select ${COLUMNS}, ${msOf(NOW)} as now from a`;

/** `$1` id, `$2` state, `$3` choice, `$4` actor, `$5` via, `$6` reason, `$7` when. */
export const CLOSE = `
update gemini_events.approvals a
set state = $2, choice = $3, actor = $4, via = $5, reason = $6,
  decided_at = to_timestamp($7::float8 / 1000)
where a.id = $1 returning ${COLUMNS}`;

/** `$1` to `$8` columns. Its number is had under the lock of the approval: they grow as things happen. */
export const NOTE = `
insert into gemini_events.approval_log (approval, at, action, actor, via, choice, outcome, reason)
values ($1, to_timestamp($2::float8 / 1000), $3, $4, $5, $6, $7, $8)`;

/** `$1` state, `$2` run, `$3` who may decide, `$4` and `$5` place, `$6` how many. */
export const LIST = `
select ${COLUMNS} from gemini_events.approvals a
where ($1::text is null or a.state = $1) and ($2::text is null or a.run_id = $2)
  and ($3::text is null or a.approvers is null or $3 = any(a.approvers))
  and ($4::float8 is null or (a.requested_at, a.id) < (to_timestamp($4::float8 / 1000), $5))
order by a.requested_at desc, a.id desc limit $6`;

export const LOG = `
select ${LINE} from gemini_events.approval_log l where l.approval = $1 order by l.id limit $2`;

/** `$1` how many. An approval changes once after it was asked: it is known which line did that. */
export const UNANNOUNCED = `
select ${COLUMNS}, ${LINE}, exists (
    select 1 from gemini_events.approval_log c
    where c.approval = l.approval and c.id <= l.id and c.action <> 'request' and c.outcome = 'taken'
  ) as "isEnded"
from gemini_events.approval_log l join gemini_events.approvals a on a.id = l.approval
where l.announced_at is null order by l.id limit $1`;

export const ANNOUNCED = `
update gemini_events.approval_log set announced_at = ${NOW}
where id = any($1::bigint[]) and announced_at is null`;

export const OPEN_COUNT = `
select count(*)::int as count from gemini_events.approvals where state = 'requested'`;

export const OLDEST_OPEN = `
select ${msOf('min(requested_at)')} as at from gemini_events.approvals where state = 'requested'`;
