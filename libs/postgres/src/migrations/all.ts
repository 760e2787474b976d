import { inbox } from './0001-inbox.ts';
import { parking } from './0002-parking.ts';
import { pauses } from './0003-pauses.ts';
import { replays } from './0004-replays.ts';
import { readModel } from './0005-read-model.ts';
import { notifier } from './0006-notifier.ts';
import { launches } from './0007-launches.ts';
import { runs } from './0008-runs.ts';
import { approvals } from './0009-approvals.ts';
import { agentReadModel } from './0010-agent-read-model.ts';
import type { Migration } from './migration.ts';

/** All migrations, in their order. */
export const MIGRATIONS: readonly Migration[] = [
  inbox,
  parking,
  pauses,
  replays,
  readModel,
  notifier,
  launches,
  runs,
  approvals,
  agentReadModel,
];
