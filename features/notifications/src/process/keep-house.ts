import type { PostgresPool } from '@gemini-events/postgres';
import { pruneNotifications, queueDepth } from '../store/housekeeping.ts';
import type { NotifierEvents } from './notifier-events.ts';

const OBSERVE_MS = 10_000;
const PRUNE_MS = 3_600_000;
const DAY_MS = 24 * 3_600_000;

/** Tells how much waits, and removes what is old. */
export function keepHouse(
  pool: Pick<PostgresPool, 'query'>,
  options: {
    readonly keptDays: number;
    readonly events: Pick<NotifierEvents, 'observed' | 'pruned' | 'awaited'>;
  },
): { readonly stop: () => void } {
  const { keptDays, events } = options;
  const observing = setInterval(() => {
    // What is away is told by those who need it.
    void queueDepth(pool).then(events.observed, () => undefined);
  }, OBSERVE_MS);
  const pruning = setInterval(() => {
    void pruneNotifications(pool, Date.now() - keptDays * DAY_MS).then((count) => {
      if (count > 0) events.pruned(count);
    }, events.awaited);
  }, PRUNE_MS);
  return {
    stop() {
      clearInterval(observing);
      clearInterval(pruning);
    },
  };
}
