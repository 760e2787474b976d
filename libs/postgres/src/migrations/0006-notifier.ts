import type { Migration } from './migration.ts';

export const notifier: Migration = {
  version: 6,
  name: 'notifier',
  readableFrom: 1,
  sql: `
create table gemini_events.notify_endpoints (
  id text collate "C" primary key,
  owner text collate "C" not null,
  url text not null,
  description text not null,
  types text[] collate "C",
  state text collate "C" not null check (state in ('unverified', 'active', 'disabled')),
  disabled_reason text collate "C" check (disabled_reason in ('owner', 'operator', 'gone', 'failing')),
  max_per_second double precision,
  max_concurrent integer,
  verified_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index notify_endpoints_owner on gemini_events.notify_endpoints (owner, created_at, id);

create table gemini_events.notify_secrets (
  id text collate "C" primary key,
  endpoint text collate "C" not null references gemini_events.notify_endpoints on delete cascade,
  kind text collate "C" not null check (kind in ('v1', 'v1a')),
  sealed bytea not null,
  public_key text,
  created_at timestamptz not null,
  expires_at timestamptz
);
create index notify_secrets_endpoint on gemini_events.notify_secrets (endpoint, created_at);

create table gemini_events.notify_messages (
  id text collate "C" primary key,
  owner text collate "C" not null,
  type text collate "C" not null,
  source text collate "C",
  event_id text collate "C",
  resource_id text,
  rule text collate "C",
  body text not null,
  created_at timestamptz not null
);
create index notify_messages_owner on gemini_events.notify_messages (owner, created_at, id);
create index notify_messages_created_at on gemini_events.notify_messages (created_at);

create table gemini_events.notify_deliveries (
  id bigint generated always as identity primary key,
  message text collate "C" not null references gemini_events.notify_messages on delete cascade,
  lane text collate "C" not null,
  state text collate "C" not null check (state in ('waiting', 'sending', 'delivered', 'failed')),
  step integer not null default 0,
  attempts integer not null default 0,
  triggered_by text collate "C" not null check (triggered_by in ('event', 'test', 'resend', 'recover', 'missing')),
  thread text,
  queued_at timestamptz not null,
  due_at timestamptz not null,
  worker text collate "C",
  last_status integer,
  last_error text collate "C",
  settled_at timestamptz,
  unique (message, lane)
) with (fillfactor = 70);
create index notify_deliveries_due on gemini_events.notify_deliveries (lane, due_at, id) where state = 'waiting';
create index notify_deliveries_sending on gemini_events.notify_deliveries (lane) where state = 'sending';
create index notify_deliveries_lane on gemini_events.notify_deliveries (lane, id);

create table gemini_events.notify_attempts (
  delivery bigint not null references gemini_events.notify_deliveries on delete cascade,
  number integer not null,
  started_at timestamptz not null,
  took_ms integer not null,
  status integer,
  error text collate "C",
  answer text,
  primary key (delivery, number)
);

create table gemini_events.notify_lanes (
  id text collate "C" primary key,
  worker text collate "C",
  worker_until timestamptz not null default '-infinity',
  failures integer not null default 0,
  failing_since timestamptz,
  closed_until timestamptz not null default '-infinity'
) with (fillfactor = 50);

create table gemini_events.notify_threads (
  lane text collate "C" not null,
  thread text collate "C" not null,
  ts text not null,
  created_at timestamptz not null,
  primary key (lane, thread)
);

create table gemini_events.notify_pairs (
  rule text collate "C" not null,
  key text collate "C" not null,
  failed_at timestamptz not null,
  failed_by text collate "C" not null,
  recovered_by text collate "C",
  primary key (rule, key)
);

create table gemini_events.notify_tokens (
  id text collate "C" primary key,
  owner text collate "C",
  name text not null,
  scopes text[] collate "C" not null,
  hash bytea not null,
  created_at timestamptz not null,
  expires_at timestamptz,
  revoked_at timestamptz,
  last_used_at timestamptz
);

create table gemini_events.notify_rules (
  name text collate "C" primary key,
  definition json not null,
  actor text not null,
  updated_at timestamptz not null
);

comment on table gemini_events.notify_endpoints is 'Where customers want to be called.';
comment on column gemini_events.notify_endpoints.types is 'Types or families; null: all.';
comment on table gemini_events.notify_secrets is
  'What deliveries to an endpoint are signed with, sealed. Several during a rotation.';
comment on table gemini_events.notify_messages is
  'What is told, once for each event and owner. The id is the webhook-id; the owner of a Slack message is empty.';
comment on table gemini_events.notify_deliveries is
  'A message on its way to one endpoint or Slack channel.';
comment on column gemini_events.notify_deliveries.lane is 'Id of an endpoint, or slack: and a channel.';
comment on column gemini_events.notify_deliveries.step is 'Place in the retry schedule; a resend begins anew.';
comment on column gemini_events.notify_deliveries.attempts is 'Begun in all; counted before each begins.';
comment on table gemini_events.notify_lanes is
  'Who works on a lane, and since when it fails. One instance at a time works on it, so its limits are whole.';
comment on column gemini_events.notify_lanes.closed_until is 'Nothing is sent before: circuit breaker, or Retry-After.';
comment on table gemini_events.notify_threads is 'First message of each Slack thread.';
comment on table gemini_events.notify_pairs is 'What failed, for rules that also tell of the recovery.';
comment on table gemini_events.notify_tokens is 'Who may use the API; the owner of an operator is null.';
comment on table gemini_events.notify_rules is 'Rules that came by the API, beside those of the file.';
`,
};
