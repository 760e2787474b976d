import type { Migration } from './migration.ts';

export const inbox: Migration = {
  version: 1,
  name: 'inbox',
  readableFrom: 1,
  // Nothing that changes with a state is indexed, so a new version of a row needs no entry in an index
  // and takes the room that the fill factor leaves in its page (HOT).
  sql: `
create table gemini_events.inbox (
  token bigint not null,
  lease_until timestamptz,
  created_at timestamptz not null,
  finished_at timestamptz,
  attempts integer not null,
  state text collate "C" not null check (state in ('running', 'waiting', 'done', 'dead')),
  consumer text collate "C" not null,
  source text collate "C" not null,
  id text collate "C" not null,
  primary key (consumer, source, id),
  check ((state = 'running') = (lease_until is not null)),
  check ((state in ('done', 'dead')) = (finished_at is not null))
) with (fillfactor = 75);

create index inbox_created_at on gemini_events.inbox (created_at);

comment on table gemini_events.inbox is
  'Which events a consumer has begun and finished. Times are those of the database.';
`,
};
