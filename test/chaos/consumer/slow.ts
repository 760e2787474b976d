import { setTimeout as delay } from 'node:timers/promises';
import { createRandom } from '../random.ts';
import { findFaults } from './verify.ts';
import { untilEffects, withBed } from './with-bed.ts';

const HANDLER_MS = 3_000;
const CONCURRENCY = 200;
const INSTANCES = 2;
/** Two events each: no key is long at work when all others are through. */
const EVENTS_PER_KEY = 2;
const TOLERANCE = 0.2;

/**
 * Handlers of three seconds on two instances; at half time one is added, and when it is at work another
 * one leaves. Then: no event was started again after its end, and the handlers were as busy as slots allow.
 */
export function runSlowHandlers(options: {
  readonly seed: number;
  readonly events: number;
  readonly say: (line: string) => void;
}): Promise<readonly string[]> {
  const { events, say } = options;
  const random = createRandom(options.seed);
  return withBed(async (bed) => {
    const keys = Math.ceil(events / EVENTS_PER_KEY);
    const first = random.int(0, keys);
    const asked = Array.from({ length: events }, (_, at) => ({
      id: `e${at}`,
      resource: `batches/${(first + at) % keys}`,
      order: Math.floor(at / keys) + 1,
      do: `slow ${HANDLER_MS}`,
    }));
    await bed.publish(asked);
    const launch = async (name: string) => {
      const instance = await bed.launch(name, { CONCURRENCY: String(CONCURRENCY) });
      while (!(await instance.isReady())) await delay(100);
      return instance;
    };
    const [one] = await Promise.all([launch('i1'), launch('i2')]);
    const limitMs = ((events * HANDLER_MS) / (CONCURRENCY * INSTANCES)) * 3 + 60_000;
    await untilEffects(bed, events / 2, { limitMs, say });
    say('  half time: i3 joins, then i1 leaves');
    await launch('i3');
    await one?.stop();
    await untilEffects(bed, events, { limitMs, say });

    const { rows } = await bed.db.query<{ seconds: number; starts: number }>(
      `select extract(epoch from (select max(at) from effects) - min(at))::float8 as seconds,
         count(*)::int as starts from starts`,
    );
    const { seconds = 0, starts = 0 } = rows[0] ?? {};
    const possible = (CONCURRENCY * INSTANCES * 1_000) / HANDLER_MS;
    const share = events / seconds / possible;
    say(
      `  ${(events / seconds).toFixed(1)} events/s of ${possible.toFixed(1)} possible: ${share.toFixed(2)}; ${starts} starts`,
    );
    const faults = await findFaults(bed, asked, say);
    const isBusy = share >= 1 - TOLERANCE && share <= 1 + TOLERANCE;
    return isBusy ? faults : [...faults, `throughput is ${share.toFixed(2)} of what is possible`];
  });
}
