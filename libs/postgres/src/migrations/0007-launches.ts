import type { Migration } from './migration.ts';

export const launches: Migration = {
  version: 7,
  name: 'launches',
  readableFrom: 1,
  sql: `
create table gemini_events.launches (
  key text collate "C" primary key,
  kind text collate "C" not null check (kind in ('batch', 'interaction', 'video')),
  digest bytea not null,
  state text collate "C" not null check (state in ('calling', 'created', 'refused')),
  caller text collate "C" not null,
  calls integer not null default 1,
  resource_id text,
  error_code text collate "C",
  error_message text,
  model text,
  owner text,
  labels json not null,
  route text collate "C",
  budget_usd double precision,
  previous_id text,
  run_id text collate "C",
  begun_at timestamptz not null,
  settled_at timestamptz,
  announced_at timestamptz
);
create unique index launches_resource on gemini_events.launches (resource_id);
create index launches_begun_at on gemini_events.launches (begun_at, key);
create index launches_run on gemini_events.launches (run_id) where run_id is not null;

comment on table gemini_events.launches is
  'Calls of the Gemini API that cost money, each once for its key: written down before they are made.';
comment on column gemini_events.launches.digest is 'SHA-256 of the request: the same key is not good for another one.';
comment on column gemini_events.launches.state is
  'calling: nobody knows yet whether Gemini has made the job. refused: it has not.';
comment on column gemini_events.launches.caller is 'Who makes the call; only that one may say how it went.';
comment on column gemini_events.launches.calls is 'Calls begun; above 1 where it was sure that the one before had made nothing, or a human said so.';
comment on column gemini_events.launches.previous_id is 'The interaction that this one continues.';
comment on column gemini_events.launches.announced_at is 'When it was written to the topic of jobs.';
`,
};
