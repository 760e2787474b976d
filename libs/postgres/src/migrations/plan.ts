import { BridgeError } from '@gemini-events/events';
import type { Migration } from './migration.ts';

/** A migration as the database remembers it. */
export interface AppliedMigration {
  readonly version: number;
  readonly name: string;
  readonly checksum: string;
  readonly readableFrom: number;
}

/** A migration of this program and the SHA-256 of its text. */
export interface KnownMigration extends Migration {
  readonly checksum: string;
}

export interface MigrationPlan {
  /** To be applied, in this order. */
  readonly pending: readonly KnownMigration[];
  /** Applied by a newer program that this one can work beside. */
  readonly newer: readonly AppliedMigration[];
}

/**
 * What is to be done to a database.
 * @throws BridgeError ERR_POSTGRES_SCHEMA where a migration was edited or left out after it was
 *   applied, or where the database is too new for this program
 */
export function planMigrations(
  known: readonly KnownMigration[],
  applied: readonly AppliedMigration[],
): MigrationPlan {
  const latest = known.at(-1)?.version ?? 0;
  const newer = applied.filter(({ version }) => version > latest);
  const tooNew = newer.find(({ readableFrom }) => readableFrom > latest);
  if (tooNew !== undefined) {
    throw misfit(
      `the database has migration ${tooNew.version} (${tooNew.name}), which needs a program that knows at least ${tooNew.readableFrom}; this one knows ${latest}`,
    );
  }
  const byVersion = new Map(applied.map((each) => [each.version, each]));
  const reached = Math.max(0, ...byVersion.keys());
  for (const { version, name, checksum } of known) {
    const before = byVersion.get(version);
    if (before === undefined && version < reached) {
      throw misfit(`migration ${version} (${name}) is missing, but later ones were applied`);
    }
    if (before !== undefined && before.checksum !== checksum) {
      throw misfit(`migration ${version} (${name}) is not the one that was applied`);
    }
  }
  return { pending: known.filter(({ version }) => version > reached), newer };
}

function misfit(message: string): BridgeError {
  return new BridgeError('ERR_POSTGRES_SCHEMA', message);
}
