import { setTimeout as delay } from 'node:timers/promises';
import type { Asked, Bed, Instance } from '../../consumer/bed.ts';
import { createRandom, type Random } from '../random.ts';
import { findFaults } from './verify.ts';
import { untilEffects, withBed } from './with-bed.ts';

export interface ConsumerChaos {
  readonly seed: number;
  readonly events: number;
  readonly keys: number;
  readonly instances: number;
  /** kill -9 of an instance, which is started again. */
  readonly kills: number;
  /** For so long an instance joins or leaves every five seconds as well. */
  readonly stormSeconds: number;
  readonly say: (line: string) => void;
}

const SETTLE_LIMIT_MS = 300_000;
const STORM_EVERY_MS = 5_000;
/** How long a run lasts at least, so that its kills are spread. */
const SECONDS_PER_KILL = 6;
const PORTION = 200;

/**
 * Events with an effect in Postgres, some of which fail at first, handled by instances that are killed
 * and rebalanced all the time. Then: no effect twice, none missing, none out of its key's order, no
 * handler started for what was finished.
 */
export async function runConsumerChaos(options: ConsumerChaos): Promise<readonly string[]> {
  const { say } = options;
  const random = createRandom(options.seed);
  return withBed(async (bed) => {
    const asked = plan(options, random);
    await torment(bed, asked, random, options);
    await untilEffects(bed, asked.length, { limitMs: SETTLE_LIMIT_MS, say });
    return findFaults(bed, asked, say);
  });
}

/** One event in fifty fails once or twice at first, one in fifty is slow. */
function plan({ events, keys }: ConsumerChaos, random: Random): readonly Asked[] {
  const orders = new Map<string, number>();
  return Array.from({ length: events }, (_, at) => {
    const resource = `batches/${random.int(1, keys)}`;
    const order = (orders.get(resource) ?? 0) + 1;
    orders.set(resource, order);
    const chance = random.int(1, 50);
    const wanted =
      chance === 1
        ? `fail ${random.int(1, 2)}`
        : chance === 2
          ? `slow ${random.int(50, 1_500)}`
          : 'start';
    return { id: `e${at}`, resource, order, do: wanted };
  });
}

async function torment(
  bed: Bed,
  asked: readonly Asked[],
  random: Random,
  { instances, kills, stormSeconds, say }: ConsumerChaos,
): Promise<void> {
  const env = {
    RETRY_DELAYS_MS: '[300,600,1200,2400,4800,9600,9600,9600,9600]',
    CONCURRENCY: '32',
  };
  const fleet = new Map<string, Instance>();
  const launch = async (name: string): Promise<void> => {
    fleet.set(name, await bed.launch(name, env));
  };
  const names = Array.from({ length: instances }, (_, at) => `i${at + 1}`);
  for (const name of names) await launch(name);

  const seconds = Math.max(stormSeconds, kills * SECONDS_PER_KILL, 10);
  const portions = Math.ceil(asked.length / PORTION);
  const publishing = (async () => {
    for (let portion = 0; portion < portions; portion += 1) {
      await bed.publish(asked.slice(portion * PORTION, (portion + 1) * PORTION));
      await delay((seconds * 1_000) / portions);
    }
  })();
  const killing = (async () => {
    for (let kill = 1; kill <= kills; kill += 1) {
      await delay(random.int(2_000, SECONDS_PER_KILL * 1_000));
      const name = random.pick(names);
      fleet.get(name)?.kill('SIGKILL');
      await fleet.get(name)?.exited;
      say(`  kill -9 of ${name} (${kill} of ${kills})`);
      await launch(name);
    }
  })();
  const storming = (async () => {
    const endsAt = Date.now() + stormSeconds * 1_000;
    for (let isIn = false; Date.now() < endsAt; isIn = !isIn) {
      if (isIn) await fleet.get('storm')?.stop();
      else await launch('storm');
      await delay(STORM_EVERY_MS);
    }
    await fleet.get('storm')?.stop();
  })();
  await Promise.all([publishing, killing, storming]);
  say(`  ${asked.length} events published`);
}
