import { inbox } from './0001-inbox.ts';
import { parking } from './0002-parking.ts';
import { pauses } from './0003-pauses.ts';
import { replays } from './0004-replays.ts';
import { readModel } from './0005-read-model.ts';
import { notifier } from './0006-notifier.ts';
import type { Migration } from './migration.ts';

/** All migrations, in their order. */
export const MIGRATIONS: readonly Migration[] = [
  inbox,
  parking,
  pauses,
  replays,
  readModel,
  notifier,
];
