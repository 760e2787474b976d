/**
 * `pnpm chaos dedup|ingress|consumer|results|replay|sync|notifier|agent [--seed N] …`: faults under load, then a verifier. Exits 1 when a promise
 * was broken. Prints its seed: the same one plans the same deliveries and faults.
 */
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { runAgentKills } from './agent/kills.ts';
import { runFailingKey } from './consumer/failing-key.ts';
import { runConsumerChaos } from './consumer/run.ts';
import { runSlowHandlers } from './consumer/slow.ts';
import { runDedupChaos } from './dedup/run.ts';
import { tableOf } from './dedup/summary.ts';
import { runIngressChaos } from './ingress/run.ts';
import { runNotifierCrowd } from './notifier/crowd.ts';
import { runNotifierKills } from './notifier/kills.ts';
import { runReplayChaos } from './replay/run.ts';
import { runBigResult } from './results/big.ts';
import { runManyResults } from './results/many.ts';
import { runSyncChaos } from './sync/run.ts';

/** `--full`: what the promises are held to; each may be said otherwise. */
const FULL = {
  deliveries: 200_000,
  instances: 3,
  kills: 0,
  faults: 30,
  times: 3,
  perSecond: 1_500,
};
const SHORT = { deliveries: 20_000, instances: 2, kills: 5, faults: 0, times: 1, perSecond: 700 };

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: 'string' },
    full: { type: 'boolean', default: false },
    deliveries: { type: 'string' },
    events: { type: 'string' },
    /** Seconds in which an instance joins or leaves every five. */
    storm: { type: 'string', default: '0' },
    'per-second': { type: 'string' },
    instances: { type: 'string' },
    /** How often an id is sent again at most. */
    repeats: { type: 'string', default: '4' },
    /** Of any kind, in addition to the kills. */
    faults: { type: 'string' },
    /** In an open transaction. */
    kills: { type: 'string' },
    times: { type: 'string' },
    /** Scenarios of the ingress, kinds of the faults on dedup, a scenario of the consumer. */
    only: { type: 'string', default: '' },
    /** Seconds for which Postgres is away. */
    away: { type: 'string', default: '300' },
    /** The broker away for six minutes as well. */
    long: { type: 'boolean', default: false },
  },
});

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

const preset = values.full ? FULL : SHORT;
const times = Number(values.times ?? preset.times);
const only = values.only.split(',').filter((name) => name !== '');

async function chaosDedup(seed: number, title: string): Promise<readonly string[]> {
  const options = {
    seed,
    deliveries: Number(values.deliveries ?? preset.deliveries),
    mostRepeats: Number(values.repeats),
    perSecond: Number(values['per-second'] ?? preset.perSecond),
    instances: Number(values.instances ?? preset.instances),
    kills: Number(values.kills ?? preset.kills),
    faults: Number(values.faults ?? preset.faults),
    only,
    isLong: values.long,
  };
  const { deliveries, instances, kills, faults } = options;
  say(`${title}, ${deliveries} deliveries, ${instances} instances, ${kills + faults} faults`);
  const summary = await runDedupChaos({ ...options, say });
  say(tableOf(summary));
  return summary.faults;
}

function chaosIngress(seed: number, title: string): Promise<readonly string[]> {
  say(title);
  return runIngressChaos({ seed, only, isLong: values.long, say });
}

function chaosConsumer(seed: number, title: string): Promise<readonly string[]> {
  say(title);
  if (values.only === 'failing-key') return runFailingKey(say);
  if (values.only === 'slow') {
    return runSlowHandlers({ seed, events: Number(values.events ?? 10_000), say });
  }
  return runConsumerChaos({
    seed,
    events: Number(values.events ?? 20_000),
    keys: 500,
    instances: Number(values.instances ?? 3),
    kills: Number(values.kills ?? 10),
    stormSeconds: Number(values.storm),
    say,
  });
}

async function chaosResults(seed: number, title: string): Promise<readonly string[]> {
  say(title);
  const faults: string[] = [];
  const kills = Number(values.kills ?? 5);
  const batches = Number(values.events ?? 500);
  if (only.length === 0 || only.includes('many')) {
    faults.push(...(await runManyResults({ seed, batches, kills, say })));
  }
  if (only.length === 0 || only.includes('big')) {
    faults.push(...(await runBigResult({ bytes: 2 * 1024 ** 3, say })));
  }
  return faults;
}

function chaosReplay(seed: number, title: string): Promise<readonly string[]> {
  say(title);
  return runReplayChaos({
    seed,
    events: Number(values.events ?? 1_000_000),
    kills: Number(values.kills ?? 3),
    say,
  });
}

function chaosSync(_seed: number, title: string): Promise<readonly string[]> {
  say(title);
  return runSyncChaos({ awaySeconds: Number(values.away), say });
}

async function chaosNotifier(seed: number, title: string): Promise<readonly string[]> {
  say(title);
  const faults: string[] = [];
  if (only.length === 0 || only.includes('kills')) {
    const events = Number(values.events ?? 2_000);
    const kills = Number(values.kills ?? 8);
    faults.push(...(await runNotifierKills({ seed, events, kills, say })));
  }
  if (only.length === 0 || only.includes('crowd')) {
    faults.push(...(await runNotifierCrowd({ seconds: 60, say })));
  }
  return faults;
}

function chaosAgent(seed: number, title: string): Promise<readonly string[]> {
  say(title);
  return runAgentKills({
    seed,
    runs: Number(values.events ?? 1_000),
    kills: Number(values.kills ?? 40),
    say,
  });
}

function isScenario(name: string): name is keyof typeof RUNS {
  return Object.hasOwn(RUNS, name);
}

const RUNS = {
  dedup: chaosDedup,
  ingress: chaosIngress,
  consumer: chaosConsumer,
  results: chaosResults,
  replay: chaosReplay,
  sync: chaosSync,
  notifier: chaosNotifier,
  agent: chaosAgent,
};
const [what = ''] = positionals;
if (!isScenario(what)) {
  say(
    'usage: chaos dedup [--full] [--seed N] [--deliveries N] [--per-second N] [--repeats N] [--kills N] [--faults N] [--only KINDS] [--long] [--instances N] [--times N]\n       chaos ingress [--seed N] [--only forged,abuse,kills,away] [--long] [--times N]\n       chaos consumer [--seed N] [--events N] [--instances N] [--kills N] [--storm SECONDS] [--times N]\n       chaos consumer --only slow|failing-key [--events N]\n       chaos results [--seed N] [--only many,big] [--events N] [--kills N] [--times N]\n       chaos replay [--seed N] [--events N] [--kills N] [--times N]\n       chaos sync [--away SECONDS] [--times N]\n       chaos notifier [--seed N] [--only kills,crowd] [--events N] [--kills N] [--times N]\n       chaos agent [--seed N] [--events RUNS] [--kills N] [--times N]',
  );
  process.exit(2);
}

let broken = 0;
for (let time = 1; time <= times; time += 1) {
  const seed = values.seed === undefined ? randomInt(2 ** 32) : Number(values.seed) + time - 1;
  const title = `chaos ${what}, run ${time} of ${times}: seed ${seed}`;
  const startedAt = Date.now();
  const found = await RUNS[what](seed, title).catch((error: unknown) => [String(error)]);
  for (const fault of found) say(`  BROKEN: ${fault}`);
  say(
    `  ${found.length === 0 ? 'every promise kept' : 'promises broken'} (${Math.round((Date.now() - startedAt) / 1000)} s)`,
  );
  broken += found.length;
}
process.exitCode = broken === 0 ? 0 : 1;
