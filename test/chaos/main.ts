/**
 * `pnpm chaos dedup|ingress [--seed N] …`: faults under load, then a verifier. Exits 1 when a promise
 * was broken. Prints its seed: the same one plans the same deliveries and faults.
 */
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import type { Fault } from './dedup/faults.ts';
import { runDedupChaos } from './dedup/run.ts';
import { runIngressChaos } from './ingress/run.ts';
import { createRandom } from './random.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: 'string' },
    deliveries: { type: 'string', default: '20000' },
    'per-second': { type: 'string', default: '700' },
    instances: { type: 'string', default: '2' },
    repeats: { type: 'string', default: '0.2' },
    /** In addition to the kills. */
    faults: { type: 'string', default: '0' },
    kills: { type: 'string', default: '5' },
    times: { type: 'string', default: '1' },
    /** Scenarios of the ingress. */
    only: { type: 'string', default: '' },
    /** The broker away for six minutes as well. */
    long: { type: 'boolean', default: false },
  },
});

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

const [what = ''] = positionals;
if (what !== 'dedup' && what !== 'ingress') {
  say(
    'usage: chaos dedup [--seed N] [--deliveries N] [--kills N] [--faults N] [--instances N] [--times N]\n       chaos ingress [--seed N] [--only forged,abuse,kills,away] [--long] [--times N]',
  );
  process.exit(2);
}

const OTHERS: readonly Fault[] = [
  'kill',
  'kill in an open transaction',
  'stop past the session timeout',
  'end in order',
  'scale out and in',
  'kill the broker',
];

async function chaosDedup(seed: number, title: string): Promise<readonly string[]> {
  const random = createRandom(seed);
  const kills: Fault[] = Array.from(
    { length: Number(values.kills) },
    () => 'kill in an open transaction',
  );
  const others = Array.from({ length: Number(values.faults) }, () => random.pick(OTHERS));
  const faults = [...kills, ...others].sort(() => random.int(0, 1) - 0.5);
  say(
    `${title}, ${values.deliveries} deliveries, ${values.instances} instances, ${faults.length} faults`,
  );
  return runDedupChaos({
    seed,
    deliveries: Number(values.deliveries),
    repeatShare: Number(values.repeats),
    perSecond: Number(values['per-second']),
    instances: Number(values.instances),
    faults,
    say,
  });
}

function chaosIngress(seed: number, title: string): Promise<readonly string[]> {
  say(title);
  const only = values.only.split(',').filter((name) => name !== '');
  return runIngressChaos({ seed, only, isLong: values.long, say });
}

let broken = 0;
for (let time = 1; time <= Number(values.times); time += 1) {
  const seed = values.seed === undefined ? randomInt(2 ** 32) : Number(values.seed) + time - 1;
  const title = `chaos ${what}, run ${time} of ${values.times}: seed ${seed}`;
  const startedAt = Date.now();
  const found = await (what === 'dedup' ? chaosDedup(seed, title) : chaosIngress(seed, title));
  for (const fault of found) say(`  BROKEN: ${fault}`);
  say(
    `  ${found.length === 0 ? 'every promise kept' : 'promises broken'} (${Math.round((Date.now() - startedAt) / 1000)} s)`,
  );
  broken += found.length;
}
process.exitCode = broken === 0 ? 0 : 1;
