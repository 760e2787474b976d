/**
 * `pnpm chaos dedup [--deliveries N] [--seed N] …`: faults under load, then a verifier. Exits 1 when a
 * promise was broken. Prints its seed: the same one plans the same deliveries and faults.
 */
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import type { Fault } from './dedup/faults.ts';
import { runDedupChaos } from './dedup/run.ts';
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
  },
});

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

if (positionals[0] !== 'dedup') {
  say(
    'usage: chaos dedup [--seed N] [--deliveries N] [--kills N] [--faults N] [--instances N] [--times N]',
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

let broken = 0;
for (let time = 1; time <= Number(values.times); time += 1) {
  const seed = values.seed === undefined ? randomInt(2 ** 32) : Number(values.seed) + time - 1;
  const random = createRandom(seed);
  const kills: Fault[] = Array.from(
    { length: Number(values.kills) },
    () => 'kill in an open transaction',
  );
  const others = Array.from({ length: Number(values.faults) }, () => random.pick(OTHERS));
  const faults = [...kills, ...others].sort(() => random.int(0, 1) - 0.5);
  say(
    `chaos dedup, run ${time} of ${values.times}: seed ${seed}, ${values.deliveries} deliveries, ${values.instances} instances, ${faults.length} faults`,
  );
  const startedAt = Date.now();
  const found = await runDedupChaos({
    seed,
    deliveries: Number(values.deliveries),
    repeatShare: Number(values.repeats),
    perSecond: Number(values['per-second']),
    instances: Number(values.instances),
    faults,
    say,
  });
  for (const fault of found) say(`  BROKEN: ${fault}`);
  say(
    `  ${found.length === 0 ? 'every promise kept' : 'promises broken'} (${Math.round((Date.now() - startedAt) / 1000)} s)`,
  );
  broken += found.length;
}
process.exitCode = broken === 0 ? 0 : 1;
