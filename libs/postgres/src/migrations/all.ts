import { inbox } from './0001-inbox.ts';
import { parking } from './0002-parking.ts';
import { pauses } from './0003-pauses.ts';
import type { Migration } from './migration.ts';

/** All migrations, in their order. */
export const MIGRATIONS: readonly Migration[] = [inbox, parking, pauses];
