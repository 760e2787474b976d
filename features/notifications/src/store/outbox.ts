import type { PostgresPool } from '@gemini-events/postgres';
import { toText } from '@gemini-events/postgres';
import { wants } from './wanted-types.ts';

/** Something to tell, once for each id. */
export interface NewMessage {
  /** The `webhook-id`. A second message with the same id changes nothing. */
  readonly id: string;
  /** Whom it is for; empty for Slack. */
  readonly owner: string;
  readonly type: string;
  readonly source: string;
  readonly eventId: string;
  readonly resourceId: string | null;
  readonly rule: string;
  /** The very text that is sent. */
  readonly body: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  /** The lane that it goes to; null: to all active endpoints of its owner that want its type. */
  readonly lane: string | null;
  /** Slack messages with the same one stand in one thread. */
  readonly thread: string | null;
}

export interface PairStep {
  readonly rule: string;
  readonly key: string;
  readonly turn: 'failed' | 'recovered';
  readonly eventId: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** Messages on their way to lanes. Throws as the pool does. */
export interface Outbox {
  /**
   * Queues messages, each with all its deliveries or not at all.
   * @returns the lanes that have new ones
   */
  add(messages: readonly NewMessage[]): Promise<readonly string[]>;
  /**
   * Notes what failed and what recovered; the same event again changes nothing.
   * @returns since when it has failed; null where a recovery has no failure before it
   */
  pair(step: PairStep): Promise<number | null>;
}

/** `$1` to `$11` columns of the messages. */
const ADD = `
with given as (
  select distinct on (id) * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[],
    $6::text[], $7::text[], $8::text[], $9::float8[], $10::text[], $11::text[]) with ordinality
    as g (id, owner, type, source, event_id, resource_id, rule, body, created_ms, lane, thread, place)
  order by id, place
), added as (
  insert into gemini_events.notify_messages
    (id, owner, type, source, event_id, resource_id, rule, body, created_at)
  select id, owner, type, source, event_id, resource_id, rule, body,
    to_timestamp(created_ms / 1000)
  from given order by id
  on conflict (id) do nothing
  returning id, owner, type
), wanted as (
  select added.id, e.id as lane, null as thread
  from added join given using (id)
    join gemini_events.notify_endpoints e on e.owner = added.owner
  where given.lane is null and e.state = 'active' and ${wants('e.types', 'added.type')}
  union all
  select added.id, given.lane, given.thread from added join given using (id)
  where given.lane is not null
), laned as (
  insert into gemini_events.notify_lanes (id)
  select distinct lane from given where lane is not null order by lane
  on conflict (id) do nothing
), queued as (
  insert into gemini_events.notify_deliveries
    (message, lane, state, triggered_by, thread, queued_at, due_at)
  select id, lane, 'waiting', 'event', thread, clock_timestamp(), clock_timestamp() from wanted
  returning lane
)
select distinct lane from queued`;

const FAILED = `
insert into gemini_events.notify_pairs (rule, key, failed_at, failed_by)
values ($1, $2, to_timestamp($4::float8 / 1000), $3)
on conflict (rule, key) do update set
  failed_at = excluded.failed_at, failed_by = excluded.failed_by, recovered_by = null
where notify_pairs.recovered_by is not null and notify_pairs.failed_by <> excluded.failed_by`;

const RECOVERED = `
update gemini_events.notify_pairs set recovered_by = $3
where rule = $1 and key = $2 and coalesce(recovered_by, $3) = $3
returning (extract(epoch from failed_at) * 1000)::float8 as "failedAt"`;

export function createPostgresOutbox(pool: Pick<PostgresPool, 'query'>): Outbox {
  return {
    async add(messages) {
      if (messages.length === 0) return [];
      const column = <Name extends keyof NewMessage>(name: Name) =>
        messages.map((message) => message[name]);
      const text = (name: 'type' | 'eventId' | 'source') => column(name).map(toText);
      const rows = await pool.query<{ lane: string }>(ADD, [
        column('id'),
        column('owner'),
        text('type'),
        text('source'),
        text('eventId'),
        column('resourceId').map((each) => (each === null ? null : toText(each))),
        column('rule'),
        column('body').map(toText),
        column('createdAt'),
        column('lane'),
        column('thread').map((each) => (each === null ? null : toText(each))),
      ]);
      return rows.map(({ lane }) => lane);
    },
    async pair({ rule, key, turn, eventId, at }) {
      const values = [rule, toText(key), toText(eventId)];
      if (turn === 'failed') {
        await pool.query(FAILED, [...values, at]);
        return at;
      }
      const rows = await pool.query<{ failedAt: number }>(RECOVERED, values);
      return rows[0]?.failedAt ?? null;
    },
  };
}
