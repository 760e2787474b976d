import type { Table } from '@gemini-events/read-model';
import type { TableName } from '../projections.ts';

const ARRAY_OF = {
  text: 'text',
  json: 'text',
  int: 'integer',
  bigint: 'bigint',
  float: 'float8',
  ms: 'float8',
};

/**
 * The statement that writes rows of a table, its columns as arrays of one length, in the order of its
 * declaration. Rows of one call have different keys.
 */
export function upsertSql(name: TableName, { columns, key, repeated }: Table): string {
  const names = Object.keys(columns);
  const arrays = Object.values(columns).map((kind, at) => `$${at + 1}::${ARRAY_OF[kind]}[]`);
  const values = Object.entries(columns).map(([column, kind]) => {
    if (kind === 'ms') return `to_timestamp(r.${column} / 1000)`;
    return kind === 'json' ? `r.${column}::json` : `r.${column}`;
  });
  return `insert into gemini_events.${name} as t (${names.join(', ')})
select ${values.join(', ')} from unnest(${arrays.join(', ')}) as r (${names.join(', ')})
on conflict (${key.join(', ')}) do ${conflictSql(names, key, repeated)}`;
}

function conflictSql(
  names: readonly string[],
  key: readonly string[],
  repeated: Table['repeated'],
): string {
  if (repeated === 'keep') return 'nothing';
  const changed = names.filter((name) => !key.includes(name) && name !== 'first_at');
  const sets = changed.map((name) => `${name} = excluded.${name}`);
  const { newer } = repeated;
  return `update set ${sets.join(', ')}
where case when t.partition = excluded.partition then t.record_offset < excluded.record_offset
  else t.${newer} <= excluded.${newer} end`;
}

/** `$1` resources, `$2` sources: the jobs whose events have changed. */
export const JOBS = `insert into gemini_events.jobs as t
  (source, resource_id, events, first_event_at, last_event_at, last_type)
select e.source, e.resource_id, count(*), min(e.received_at), max(e.received_at),
  (array_agg(e.type order by e.occurred_at desc, e.received_at desc, e.event_id desc))[1]
from gemini_events.events e
join (select distinct resource_id, source from unnest($1::text[], $2::text[]) as j (resource_id, source)) w
  using (resource_id, source)
group by e.source, e.resource_id
on conflict (resource_id, source) do update set events = excluded.events,
  first_event_at = excluded.first_event_at, last_event_at = excluded.last_event_at,
  last_type = excluded.last_type`;
