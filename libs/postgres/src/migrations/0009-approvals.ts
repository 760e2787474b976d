import type { Migration } from './migration.ts';

export const approvals: Migration = {
  version: 9,
  name: 'approvals',
  readableFrom: 1,
  sql: `
create table gemini_events.approvals (
  id text collate "C" primary key,
  run_id text collate "C" not null,
  workflow text collate "C" not null,
  source text collate "C" not null,
  resource_id text,
  title text not null,
  evidence text not null,
  choices json not null,
  approvers text[] collate "C",
  default_choice text collate "C",
  state text collate "C" not null check (state in ('requested', 'approved', 'rejected', 'expired', 'cancelled')),
  choice text collate "C",
  actor text collate "C",
  via text collate "C" check (via in ('cli', 'slack', 'api', 'expiry')),
  reason text,
  requested_at timestamptz not null,
  expires_at timestamptz not null,
  decided_at timestamptz
);
create index approvals_requested_at on gemini_events.approvals (requested_at, id);
create index approvals_open on gemini_events.approvals (expires_at) where state = 'requested';
create index approvals_run on gemini_events.approvals (run_id);

create table gemini_events.approval_log (
  id bigint generated always as identity primary key,
  approval text collate "C" not null references gemini_events.approvals on delete cascade,
  at timestamptz not null,
  action text collate "C" not null check (action in ('request', 'decide', 'expire', 'cancel')),
  actor text collate "C" not null,
  via text collate "C" not null,
  choice text collate "C",
  outcome text collate "C" not null check (outcome in ('taken', 'too_late', 'not_allowed')),
  reason text,
  announced_at timestamptz
);
create index approval_log_waiting on gemini_events.approval_log (id) where announced_at is null;
create index approval_log_approval on gemini_events.approval_log (approval, id);

comment on table gemini_events.approvals is 'What runs ask people. The first decision counts.';
comment on column gemini_events.approvals.evidence is 'What a decision rests on, as JSON.';
comment on column gemini_events.approvals.choices is 'A list of {name, label, approves}.';
comment on column gemini_events.approvals.approvers is 'Who may decide, such as slack:U1 or cli:anna@host; null: whoever gets that far.';
comment on table gemini_events.approval_log is
  'What was asked, and each decision, those too that came too late: from here to the topics of approvals and audit.';
`,
};
