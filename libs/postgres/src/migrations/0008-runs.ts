import type { Migration } from './migration.ts';

export const runs: Migration = {
  version: 8,
  name: 'runs',
  readableFrom: 1,
  sql: `
create table gemini_events.runs (
  id text collate "C" primary key,
  workflow text collate "C" not null,
  version integer not null,
  state text collate "C" not null check (state in ('running', 'waiting', 'done', 'failed', 'cancelled')),
  waits_for text,
  outcome text,
  error_code text collate "C",
  error_message text,
  source text collate "C" not null,
  event_id text collate "C" not null,
  type text collate "C" not null,
  resource_id text,
  redrives integer not null default 0,
  started_at timestamptz not null,
  changed_at timestamptz not null,
  ended_at timestamptz
) with (fillfactor = 70);
create index runs_started_at on gemini_events.runs (started_at, id);
create index runs_resource on gemini_events.runs (resource_id);
create index runs_state on gemini_events.runs (state, started_at) where state in ('running', 'waiting', 'failed');

create table gemini_events.run_steps (
  run_id text collate "C" not null references gemini_events.runs on delete cascade,
  step integer not null,
  attempt integer not null,
  redrive integer not null,
  name text not null,
  state text collate "C" not null check (state in ('running', 'done', 'failed')),
  input text,
  output text,
  error_code text collate "C",
  error_message text,
  instance text not null,
  started_at timestamptz not null,
  ended_at timestamptz,
  primary key (run_id, step, attempt)
);

create table gemini_events.run_waits (
  resource_id text collate "C" not null,
  run_id text collate "C" not null references gemini_events.runs on delete cascade,
  since timestamptz not null,
  primary key (resource_id, run_id)
);

comment on table gemini_events.runs is 'Runs of the agent''s workflows, for people; what they have done so far is in the tables of DBOS.';
comment on column gemini_events.runs.waits_for is 'What a run waits for: job batches/x, approval ap_x, timer.';
comment on column gemini_events.runs.outcome is 'What it came to, as JSON, shortened.';
comment on table gemini_events.run_steps is
  'Each attempt at each step, secrets redacted. One that never ended was cut off by the end of its process.';
comment on column gemini_events.run_steps.redrive is 'How often the run had been redriven: attempts count anew after that.';
comment on table gemini_events.run_waits is 'Which runs an event of a job wakes up.';
`,
};
