import { PARKED_COLUMNS } from './parked-row.ts';

const TIME = (ms: string): string => `to_timestamp(${ms}::double precision / 1000)`;

const OF_KEY = (one: string, other: string): string =>
  `${one}.consumer = ${other}.consumer and ${one}.partition = ${other}.partition and ${one}.key_hash = ${other}.key_hash`;

/**
 * Whoever adds or removes records of a partition holds this until the end of the transaction: which
 * record is the head of its key depends on others. `$1` names of partitions, in order.
 */
export const LOCK_PARTITIONS = `
select pg_advisory_xact_lock(hashtextextended(name, 0))
from unnest($1::text[]) with ordinality as n (name, place) order by place`;

/**
 * `$1` consumer, then the columns of `columnsOf`. The partitions are locked. Looks a head up for each
 * record: written as `not exists`, the planner may read all heads instead, of which there
 * are many in an outage.
 */
export const PARK = `
with given as (
  select $1::text as consumer, g.*
  from unnest($2::text[], $3::integer[], $4::bigint[], $5::double precision[], $6::text[],
    $7::bytea[], $8::json[], $9::bytea[], $10::double precision[], $11::integer[], $12::text[],
    $13::text[], $14::double precision[]) with ordinality
    as g (topic, partition, record_offset, record_time, key, key_hash, headers, value, due_ms,
      attempts, failure_code, failure_message, failed_ms, place)
)
insert into gemini_events.parking
  (consumer, topic, partition, record_offset, record_time, key, key_hash, headers, value, due_at,
    attempts, failure_code, failure_message, failed_at, first_failed_at, is_head)
select consumer, topic, partition, record_offset, record_time, key, key_hash, headers, value,
  ${TIME('due_ms')}, attempts, failure_code, failure_message, ${TIME('failed_ms')},
  ${TIME('failed_ms')},
  row_number() over (partition by partition, key_hash order by place) = 1
    and (
      select p.sequence from gemini_events.parking p
      where ${OF_KEY('p', 'given')} and p.is_head limit 1
    ) is null
from given
order by place
on conflict (consumer, topic, partition, record_offset) do nothing`;

/** `$1` consumer, `$2` partition. */
export const BLOCKED_KEYS = `
select key from gemini_events.parking where consumer = $1 and partition = $2 and is_head`;

/**
 * `$1` consumer, `$2` partitions, `$3` now, `$4` how many at most. Asks each partition for so many, which
 * an index gives in order, however many are parked.
 */
export const DUE = `
select due.* from unnest($2::integer[]) as wanted (partition) cross join lateral (
  select ${PARKED_COLUMNS} from gemini_events.parking p
  where p.consumer = $1 and p.partition = wanted.partition and p.is_head
    and p.due_at <= ${TIME('$3')}
  order by p.due_at, p.sequence limit $4
) due
order by due_ms, sequence limit $4`;

/** Rows by their sequences `$1`, locked in order, so that two calls cannot wait for each other. */
const LOCKED = `locked as materialized (
  select sequence from gemini_events.parking where sequence = any($1::bigint[])
  order by sequence for update
)`;

/** `$1` sequences. */
export const BEGIN = `
with ${LOCKED}
update gemini_events.parking p set attempts = attempts + 1
from locked where p.sequence = locked.sequence
returning p.sequence, p.attempts`;

/** `$1` consumer, `$2` partition, `$3` hash of the key, `$4` sequence, `$5` how many at most. */
export const FOLLOWING = `
select ${PARKED_COLUMNS} from gemini_events.parking p
where p.consumer = $1 and p.partition = $2 and p.key_hash = $3 and p.sequence > $4
order by p.sequence limit $5`;

/**
 * `$1` sequence, `$2` when it is due, `$3` to `$5` code, message and time of the failure, `$6` attempts.
 */
export const POSTPONE = `
update gemini_events.parking
set due_at = ${TIME('$2')}, attempts = $6, failure_code = $3, failure_message = $4, failed_at = ${TIME('$5')},
  first_failed_at = coalesce(first_failed_at, ${TIME('$5')})
where sequence = $1`;

/** `$1` sequences. The partitions are locked. */
export const REMOVE = `
with ${LOCKED}
delete from gemini_events.parking p using locked where p.sequence = locked.sequence`;

/**
 * `$1` to `$3` consumers, partitions and hashes of keys. Makes the first record of each key its head, and
 * answers where there is none. The partitions are locked.
 */
export const PROMOTE = `
with keys as (
  select * from unnest($1::text[], $2::integer[], $3::bytea[]) with ordinality
    as k (consumer, partition, key_hash, place)
), heads as materialized (
  select keys.place, head.sequence from keys left join lateral (
    select p.sequence from gemini_events.parking p where ${OF_KEY('p', 'keys')}
    order by p.sequence limit 1
  ) head on true
), promoted as (
  update gemini_events.parking p set is_head = true
  from heads where p.sequence = heads.sequence and not p.is_head
)
select place::integer as place from heads where sequence is null`;

/** `$1` consumer. */
export const OLDEST = `
select min(record_time) as oldest from gemini_events.parking where consumer = $1`;

/** `$1` consumer. */
export const COUNTS = `
select partition, count(*)::double precision as count
from gemini_events.parking where consumer = $1 group by partition`;
