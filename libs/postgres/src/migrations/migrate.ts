import { hash } from 'node:crypto';
import type { PostgresPool, Transaction } from '../pool.ts';
import { MIGRATIONS } from './all.ts';
import type { Migration } from './migration.ts';
import {
  type AppliedMigration,
  type KnownMigration,
  type MigrationPlan,
  planMigrations,
} from './plan.ts';

export interface MigrationStatus {
  /** Names of what is still to be applied, in order; empty where the database fits. */
  readonly pending: readonly string[];
  /** Names of what a newer program applied; this one can work with it. */
  readonly newer: readonly string[];
}

/** Of the advisory lock: the same for all versions, and nobody else's by chance. */
const LOCK = '7164826091425703001';

const CREATE_LIST = `
create schema if not exists gemini_events;
create table if not exists gemini_events.schema_migrations (
  version integer primary key,
  name text not null,
  checksum text not null,
  readable_from integer not null,
  applied_at timestamptz not null default clock_timestamp()
)`;

/**
 * What a database lacks. Changes nothing.
 * @throws BridgeError ERR_POSTGRES_SCHEMA where the database does not fit this program;
 *   ERR_POSTGRES_UNAVAILABLE, ERR_POSTGRES_REFUSED
 */
export async function migrationStatus(
  pool: Pick<PostgresPool, 'query'>,
  migrations: readonly Migration[] = MIGRATIONS,
): Promise<MigrationStatus> {
  const { pending, newer } = await planFor(pool, withChecksums(migrations));
  return { pending: pending.map(nameOf), newer: newer.map(nameOf) };
}

/**
 * Brings a database up to date, all of it or nothing. Several instances may do so at once. A database
 * that is up to date is only read, so the rights to make tables are needed just once.
 *
 * @returns the names of the migrations that this call applied
 * @throws BridgeError ERR_POSTGRES_SCHEMA where the database does not fit this program;
 *   ERR_POSTGRES_UNAVAILABLE, ERR_POSTGRES_REFUSED
 */
export async function migrate(
  pool: PostgresPool,
  migrations: readonly Migration[] = MIGRATIONS,
): Promise<readonly string[]> {
  const known = withChecksums(migrations);
  if ((await planFor(pool, known)).pending.length === 0) return [];
  return pool.transaction(async (transaction) => {
    await transaction.query('select pg_advisory_xact_lock($1)', [LOCK]);
    await transaction.query(CREATE_LIST);
    // Anew: another instance may just have done it.
    const { pending } = await planFor(transaction, known);
    for (const migration of pending) await apply(transaction, migration);
    return pending.map(nameOf);
  });
}

async function apply(transaction: Transaction, migration: KnownMigration): Promise<void> {
  await transaction.query(migration.sql);
  await transaction.query(
    `insert into gemini_events.schema_migrations (version, name, checksum, readable_from)
     values ($1, $2, $3, $4)`,
    [migration.version, migration.name, migration.checksum, migration.readableFrom],
  );
}

async function planFor(
  queries: Pick<PostgresPool, 'query'>,
  known: readonly KnownMigration[],
): Promise<MigrationPlan> {
  const [list] = await queries.query<{ exists: boolean }>(
    `select to_regclass('gemini_events.schema_migrations') is not null as exists`,
  );
  if (list?.exists !== true) return planMigrations(known, []);
  const applied = await queries.query<AppliedMigration>(
    `select version, name, checksum, readable_from as "readableFrom"
     from gemini_events.schema_migrations order by version`,
  );
  return planMigrations(known, applied);
}

function withChecksums(migrations: readonly Migration[]): readonly KnownMigration[] {
  return migrations.map((each) => ({ ...each, checksum: hash('sha256', each.sql) }));
}

function nameOf({ version, name }: { readonly version: number; readonly name: string }): string {
  return `${String(version).padStart(4, '0')}-${name}`;
}
