import { expect, it } from 'vitest';
import { tableBreaches, tablesIn } from './table-owners.ts';

const SELECT = (table: string) => `const SQL = \`select * from gemini_events.${table}\`;`;

it.each([
  ['another feature', 'features/workflows/src/store/runs.ts', 'approvals'],
  ['a service', 'services/consumers/sync/src/run-sync.ts', 'runs'],
  ['a library', 'libs/postgres/src/pool.ts', 'runs'],
  ['its feature, but not its store', 'features/workflows/src/process/runs.ts', 'runs'],
  ['anybody, when it has no owner', 'features/workflows/src/store/runs.ts', 'unheard_of'],
  ['a store that puts its name in', 'features/workflows/src/store/runs.ts', '${name}'],
])('a table is not named by %s', (_, path, table) => {
  expect(tableBreaches(path, SELECT(table))).toHaveLength(1);
});

it.each([
  ['the store of its owner', 'features/workflows/src/store/runs.ts', 'runs'],
  ['a library that owns it', 'libs/postgres/src/migrations/migrate.ts', 'schema_migrations'],
  ['a migration', 'libs/postgres/src/migrations/0008-runs.ts', 'runs'],
  ['a test', 'services/cli/src/commands/runs/runs.int.test.ts', 'approvals'],
  [
    'the read model, which puts its name in',
    'features/job-status/src/store/upsert-sql.ts',
    '${name}',
  ],
])('a table is named by %s', (_, path, table) => {
  expect(tableBreaches(path, SELECT(table))).toEqual([]);
});

it('each table that a text names is found once', () => {
  expect(
    tablesIn('from gemini_events.runs r join gemini_events.run_steps, gemini_events.runs'),
  ).toEqual(['runs', 'run_steps']);
});
