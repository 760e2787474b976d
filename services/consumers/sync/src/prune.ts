import { setTimeout as delay } from 'node:timers/promises';
import { type ReadModel, TABLES, type TableName } from '@gemini-events/job-status';
import { TOPICS } from '@gemini-events/schemas';

const EVERY_MS = 3_600_000;
/** Topics whose records the rows of a table are made of. */
const MADE_OF: Readonly<Record<TableName, string>> = {
  deliveries: 'deliveries',
  events: 'events.batch',
  lane_steps: 'processing',
  lanes: 'processing',
  results: 'results',
  dead_letters: 'dlq.results',
  audit: 'audit',
  launched_jobs: 'jobs',
  asked_approvals: 'approvals',
};

/**
 * Before when rows are removed, by table: as long as their topics keep them, so a rebuild gives the same.
 * A compacted topic keeps the newest of each key, however old; so does its table.
 */
export function keptSince(now: number): Readonly<Partial<Record<TableName, number>>> {
  const tables = Object.keys(TABLES) as TableName[];
  return Object.fromEntries(
    tables.flatMap((table) => {
      const topic = TOPICS.find(({ name }) => name === MADE_OF[table]);
      const keptMs = topic?.config['retention.ms'];
      return keptMs === undefined ? [] : [[table, now - Number(keptMs)]];
    }),
  );
}

/** Removes old rows, now and each hour, until the signal is aborted. */
export async function keepPruned(
  readModel: Pick<ReadModel, 'prune'>,
  options: {
    readonly onPruned: (rows: number) => void;
    readonly onFailure: (error: unknown) => void;
    readonly signal: AbortSignal;
  },
): Promise<void> {
  const { onPruned, onFailure, signal } = options;
  while (!signal.aborted) {
    await readModel.prune(keptSince(Date.now())).then(onPruned, onFailure);
    await delay(EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
}
