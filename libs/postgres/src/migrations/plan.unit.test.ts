import { describe, expect, it } from 'vitest';
import { MIGRATIONS } from './all.ts';
import { type AppliedMigration, type KnownMigration, planMigrations } from './plan.ts';

const known = (version: number): KnownMigration => ({
  version,
  name: `step ${version}`,
  readableFrom: 1,
  sql: '',
  checksum: `checksum ${version}`,
});
const applied = (version: number, readableFrom = 1): AppliedMigration => ({
  version,
  name: `step ${version}`,
  checksum: `checksum ${version}`,
  readableFrom,
});
const MISFIT = expect.objectContaining({ code: 'ERR_POSTGRES_SCHEMA' });

describe('a plan of migrations', () => {
  it('holds what was not applied yet, in order', () => {
    expect(planMigrations([known(1), known(2)], [])).toEqual({
      pending: [known(1), known(2)],
      newer: [],
    });
    expect(planMigrations([known(1), known(2)], [applied(1)]).pending).toEqual([known(2)]);
    expect(planMigrations([known(1)], [applied(1)])).toEqual({ pending: [], newer: [] });
  });

  it('accepts a newer database that says that this version can work with it', () => {
    expect(planMigrations([known(1)], [applied(1), applied(2)])).toEqual({
      pending: [],
      newer: [applied(2)],
    });
  });

  it('refuses a newer database that this version would misread', () => {
    const plan = () => planMigrations([known(1)], [applied(1), applied(2), applied(3, 2)]);
    expect(plan).toThrow(MISFIT);
    expect(plan).toThrow('migration 3 (step 3), which needs a program that knows at least 2');
  });

  it('refuses a migration that was edited after it was applied', () => {
    const edited = { ...known(1), checksum: 'another' };
    expect(() => planMigrations([edited], [applied(1)])).toThrow(MISFIT);
    expect(() => planMigrations([edited], [])).not.toThrow();
  });

  it('refuses a hole: a migration is never put in before one that was applied', () => {
    expect(() => planMigrations([known(1), known(2)], [applied(2)])).toThrow(MISFIT);
  });
});

it('the migrations of this version are numbered without a gap', () => {
  expect(MIGRATIONS.map(({ version }) => version)).toEqual(MIGRATIONS.map((_, index) => index + 1));
  for (const { version, readableFrom } of MIGRATIONS) {
    expect(readableFrom).toBeLessThanOrEqual(version);
  }
});
