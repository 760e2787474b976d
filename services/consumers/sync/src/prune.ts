import { setTimeout as delay } from 'node:timers/promises';
import { type ReadModel, TABLE_NAMES, type TableName, tableOf } from '@gemini-events/job-status';
import { TOPICS } from '@gemini-events/schemas';

const EVERY_MS = 3_600_000;

/**
 * Before when rows are removed, by table: as long as their topics keep them, so a rebuild gives the same.
 * A compacted topic keeps the newest of each key, however old; so does its table.
 */
export function keptSince(now: number): Readonly<Partial<Record<TableName, number>>> {
  return Object.fromEntries(
    TABLE_NAMES.flatMap((table) => {
      const topic = TOPICS.find(({ name }) => name === tableOf(table).topic);
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
