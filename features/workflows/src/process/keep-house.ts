import type { Approvals } from '@gemini-events/approvals';
import type { Launches } from '@gemini-events/launches';
import type { Engine } from '../engine/create-engine.ts';
import type { Runs } from '../store/runs.ts';
import type { AgentEvents } from './agent-events.ts';

const OBSERVE_MS = 5_000;
const PRUNE_MS = 3_600_000;
const DAY_MS = 24 * 3_600_000;
/** Longer than the events are kept: as long as one may be replayed, its run is known to be done. */
const KEPT_MS = 100 * DAY_MS;

/** Tells how many runs there are, sets right what looks as if it ran, removes what is old. */
export function keepHouse(options: {
  readonly runs: Pick<Runs, 'counts' | 'prune'>;
  readonly launches: Pick<Launches, 'prune'>;
  readonly approvals: Pick<Approvals, 'openCount'>;
  readonly engine: Pick<Engine, 'forget'>;
  /** Runs that the engine has given up, and that still look as if they ran. */
  readonly settleLost: () => Promise<number>;
  readonly events: Pick<AgentEvents, 'observed' | 'failed' | 'lost'>;
  readonly now: () => number;
}): { readonly stop: () => void } {
  const { runs, launches, approvals, engine, settleLost, events, now } = options;
  const observe = async (): Promise<void> => {
    events.observed(await runs.counts(), await approvals.openCount());
    const lost = await settleLost();
    if (lost > 0) events.lost(lost);
  };
  const prune = async (): Promise<void> => {
    for (;;) {
      const gone = await runs.prune(now() - KEPT_MS);
      await engine.forget(gone);
      if (gone.length === 0) break;
    }
    await launches.prune(now() - KEPT_MS);
  };
  const observing = setInterval(() => void observe().catch(() => undefined), OBSERVE_MS);
  const pruning = setInterval(() => void prune().catch(events.failed), PRUNE_MS);
  return {
    stop() {
      clearInterval(observing);
      clearInterval(pruning);
    },
  };
}
