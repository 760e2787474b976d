import type { Migration } from './migration.ts';

export const parking: Migration = {
  version: 2,
  name: 'parking',
  readableFrom: 1,
  sql: `
create table gemini_events.parking (
  sequence bigint generated always as identity primary key,
  record_offset bigint not null,
  record_time double precision not null,
  due_at timestamptz not null,
  failed_at timestamptz,
  first_failed_at timestamptz,
  partition integer not null,
  attempts integer not null,
  is_head boolean not null,
  consumer text collate "C" not null,
  topic text collate "C" not null,
  key_hash bytea not null,
  key text not null,
  failure_code text,
  failure_message text,
  headers json not null,
  value bytea,
  unique (consumer, topic, partition, record_offset)
);

create index parking_keys on gemini_events.parking (consumer, partition, key_hash, sequence);

create unique index parking_heads on gemini_events.parking (consumer, partition, key_hash)
  where is_head;

create index parking_due on gemini_events.parking (consumer, partition, due_at, sequence)
  where is_head;

comment on table gemini_events.parking is
  'Records that are tried later, in order per key. The head of a key is its first one.';
comment on column gemini_events.parking.key_hash is
  'First 16 bytes of the SHA-256 of the key, which may be too long for an index.';
comment on column gemini_events.parking.headers is 'Values in base64.';
comment on column gemini_events.parking.record_time is 'Milliseconds since 1970.';
`,
};
