import type { Migration } from './migration.ts';

export const pauses: Migration = {
  version: 3,
  name: 'pauses',
  readableFrom: 1,
  sql: `
create table gemini_events.pauses (
  consumer text collate "C" not null,
  partition integer not null check (partition >= -1),
  actor text not null,
  reason text,
  paused_at timestamptz not null,
  primary key (consumer, partition)
);

comment on table gemini_events.pauses is
  'Consumers that were paused by hand. What is not here runs.';
comment on column gemini_events.pauses.partition is '-1: all of them.';
`,
};
