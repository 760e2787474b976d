import type { Migration } from './migration.ts';

export const replays: Migration = {
  version: 4,
  name: 'replays',
  readableFrom: 1,
  sql: `
alter table gemini_events.inbox add reopened_by text collate "C";
comment on column gemini_events.inbox.reopened_by is
  'Redrive or replay that has re-opened it last; it does so once.';

create table gemini_events.replays (
  id text collate "C" primary key,
  kind text collate "C" not null check (kind in ('replay', 'redrive')),
  target text collate "C" not null,
  state text collate "C" not null check (state in ('running', 'paused', 'cancelled', 'done')),
  actor text not null,
  reason text,
  plan json not null,
  total bigint not null,
  scanned bigint not null default 0,
  copied json not null default '{}',
  created_at timestamptz not null,
  updated_at timestamptz not null,
  ended_at timestamptz
);

create index replays_created_at on gemini_events.replays (created_at);

create table gemini_events.dead_letter_decisions (
  record_offset bigint not null,
  partition integer not null,
  consumer text collate "C" not null,
  decision text collate "C" not null check (decision in ('redriven', 'discarded')),
  replay text collate "C",
  actor text not null,
  reason text,
  decided_at timestamptz not null,
  primary key (consumer, partition, record_offset)
);

create index dead_letter_decisions_replay on gemini_events.dead_letter_decisions (replay)
  where replay is not null;

comment on table gemini_events.replays is
  'Replays and redrives: what was asked for, and how far each is. Kafka holds the exact place.';
comment on column gemini_events.replays.scanned is 'Offsets behind it, of total.';
comment on table gemini_events.dead_letter_decisions is
  'What was decided about dead letters. One that is not here is open.';
comment on column gemini_events.dead_letter_decisions.partition is 'Of the dead-letter topic, as its offset is.';
`,
};
