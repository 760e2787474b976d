import type { Migration } from './migration.ts';

export const readModel: Migration = {
  version: 5,
  name: 'read-model',
  readableFrom: 1,
  sql: `
create table gemini_events.sync_offsets (
  topic text collate "C" not null,
  partition integer not null,
  next_offset bigint not null,
  primary key (topic, partition)
);

create table gemini_events.sync_leader (
  one boolean primary key default true check (one),
  holder text not null,
  held_until timestamptz not null
);

create table gemini_events.deliveries (
  record_offset bigint not null,
  delivered_at timestamptz not null,
  partition integer not null,
  source text collate "C" not null,
  event_id text collate "C" not null,
  resource_id text collate "C" not null,
  type text collate "C" not null,
  route text collate "C" not null,
  scheme text collate "C" not null,
  primary key (partition, record_offset)
);
create index deliveries_event on gemini_events.deliveries (event_id);
create index deliveries_resource on gemini_events.deliveries (resource_id);
create index deliveries_at on gemini_events.deliveries (delivered_at);

create table gemini_events.events (
  record_offset bigint not null,
  occurred_at timestamptz not null,
  received_at timestamptz not null,
  partition integer not null,
  source text collate "C" not null,
  event_id text collate "C" not null,
  resource_id text collate "C" not null,
  type text collate "C" not null,
  topic text collate "C" not null,
  scheme text collate "C" not null,
  trust text collate "C" not null,
  labels json not null,
  user_metadata json not null,
  output_file_uri text,
  error_code text,
  error_message text,
  primary key (event_id, source, resource_id)
);
create index events_resource on gemini_events.events (resource_id, source);
create index events_received on gemini_events.events (received_at);
create index events_type on gemini_events.events (type, received_at);

create table gemini_events.jobs (
  first_event_at timestamptz not null,
  last_event_at timestamptz not null,
  events integer not null,
  source text collate "C" not null,
  resource_id text collate "C" not null,
  last_type text collate "C" not null,
  primary key (resource_id, source)
);
create index jobs_last on gemini_events.jobs (last_event_at);

create table gemini_events.lane_steps (
  record_offset bigint not null,
  at timestamptz not null,
  due_at timestamptz,
  partition integer not null,
  attempt integer not null,
  consumer text collate "C" not null,
  source text collate "C" not null,
  event_id text collate "C" not null,
  resource_id text collate "C" not null,
  type text collate "C" not null,
  state text collate "C" not null,
  reason text,
  error_code text,
  instance text not null,
  origin text collate "C" not null,
  primary key (partition, record_offset)
);
create index lane_steps_event on gemini_events.lane_steps (event_id, consumer);
create index lane_steps_resource on gemini_events.lane_steps (resource_id);
create index lane_steps_at on gemini_events.lane_steps (at);

create table gemini_events.lanes (
  record_offset bigint not null,
  first_at timestamptz not null,
  at timestamptz not null,
  due_at timestamptz,
  partition integer not null,
  attempt integer not null,
  consumer text collate "C" not null,
  source text collate "C" not null,
  event_id text collate "C" not null,
  resource_id text collate "C" not null,
  type text collate "C" not null,
  state text collate "C" not null,
  reason text,
  error_code text,
  progress_done bigint,
  progress_total bigint,
  progress_unit text,
  instance text not null,
  primary key (event_id, source, resource_id, consumer)
);
create index lanes_state on gemini_events.lanes (consumer, state, at);
create index lanes_resource on gemini_events.lanes (resource_id);
create index lanes_at on gemini_events.lanes (at);

create table gemini_events.results (
  record_offset bigint not null,
  stored_at timestamptz not null,
  size_bytes bigint not null,
  row_count bigint,
  failed_row_count bigint,
  partition integer not null,
  part_count integer not null,
  source text collate "C" not null,
  event_id text collate "C" not null,
  resource_id text collate "C" not null,
  type text collate "C" not null,
  status text collate "C" not null,
  object_uri text not null,
  manifest_uri text,
  content_type text not null,
  sha256 text not null,
  model text,
  usage json not null,
  error_code text,
  error_message text,
  primary key (resource_id, source, type)
);
create index results_stored on gemini_events.results (stored_at);

create table gemini_events.dead_letters (
  record_offset bigint not null,
  first_failure_at timestamptz not null,
  last_failure_at timestamptz not null,
  partition integer not null,
  attempts integer not null,
  redrives integer not null,
  consumer text collate "C" not null,
  source text collate "C" not null,
  event_id text collate "C" not null,
  resource_id text collate "C" not null,
  type text collate "C" not null,
  error_code text collate "C" not null,
  error_message text not null,
  primary key (consumer, partition, record_offset)
);
create index dead_letters_event on gemini_events.dead_letters (event_id);
create index dead_letters_resource on gemini_events.dead_letters (resource_id);
create index dead_letters_at on gemini_events.dead_letters (last_failure_at);

create table gemini_events.audit (
  record_offset bigint not null,
  at timestamptz not null,
  partition integer not null,
  actor text not null,
  action text collate "C" not null,
  subject text not null,
  reason text,
  details json not null,
  primary key (partition, record_offset)
);
create index audit_at on gemini_events.audit (at);

comment on table gemini_events.sync_offsets is
  'What of each topic the tables hold. Written with them, so a repeat changes nothing.';
comment on table gemini_events.deliveries is 'Each accepted delivery, repeats included.';
comment on table gemini_events.jobs is 'Of the events of each job.';
comment on table gemini_events.lane_steps is 'Each thing that a consumer told about an event.';
comment on table gemini_events.lanes is 'Where each consumer stands with each event: its last step.';
comment on column gemini_events.lanes.record_offset is 'Of the step, in the processing topic.';
`,
};
