import type { Migration } from './migration.ts';

export const agentReadModel: Migration = {
  version: 10,
  name: 'agent-read-model',
  readableFrom: 1,
  sql: `
create table gemini_events.launched_jobs (
  record_offset bigint not null,
  launched_at timestamptz not null,
  budget_usd double precision,
  partition integer not null,
  resource_id text collate "C" primary key,
  kind text collate "C" not null,
  key text collate "C" not null,
  model text,
  owner text,
  labels json not null,
  route text,
  previous_id text collate "C",
  run_id text collate "C"
);
create index launched_jobs_at on gemini_events.launched_jobs (launched_at);
create index launched_jobs_previous on gemini_events.launched_jobs (previous_id)
  where previous_id is not null;

create table gemini_events.asked_approvals (
  record_offset bigint not null,
  requested_at timestamptz not null,
  expires_at timestamptz not null,
  decided_at timestamptz,
  partition integer not null,
  approval_id text collate "C" primary key,
  run_id text collate "C" not null,
  workflow text not null,
  source text collate "C" not null,
  resource_id text collate "C" not null,
  title text not null,
  evidence text not null,
  choices text not null,
  state text collate "C" not null,
  choice text,
  decided_by text,
  via text,
  reason text
);
create index asked_approvals_resource on gemini_events.asked_approvals (resource_id);
create index asked_approvals_state on gemini_events.asked_approvals (state, requested_at);

comment on table gemini_events.launched_jobs is
  'Jobs as the topic of jobs has them, which keeps the newest record of each for ever.';
comment on table gemini_events.asked_approvals is
  'The last that the topic of approvals says of each. Earlier states may be gone from it: no row counts them.';
comment on column gemini_events.asked_approvals.choices is 'As it came: JSON, if the run was one of ours.';
`,
};
