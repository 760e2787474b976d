import { setTimeout as delay } from 'node:timers/promises';
import { cpuSeconds, residentMib } from '../../bench/cpu.ts';
import type { Bed } from './bed.ts';
import { type GenuineAnswer, percentileMs, startGenuine, statusesOf } from './genuine.ts';
import type { ForgerResult } from './senders/forger.ts';
import { startSender } from './senders/start.ts';

const GENUINE_PER_SECOND = 200;
const FORGED_PER_SECOND = 10_000;
const CONNECTIONS = 128;
const WARM_UP_SECONDS = 5;
const ROUNDS = 3;
const MAX_MIB = 300;
/** A lower p99 is the luck of the scheduler; what is below its double is no fault. */
const LEAST_P99_MS = 5;

/**
 * Forged requests beside genuine ones, from one address and to one source, whose `v1`, Ed25519 and RSA
 * checks all are tried; the load goes on and off, so that both are measured on the same machine.
 * @returns what was wrong
 */
export async function forgedBesideGenuine(
  bed: Bed,
  seconds: number,
  say: (line: string) => void,
): Promise<string[]> {
  const { url, secret, port } = bed;
  const load = startGenuine({ url, secret, perSecond: GENUINE_PER_SECOND, run: 'forged' });
  await delay(WARM_UP_SECONDS * 1_000);
  const between = (from: number, to: number): readonly GenuineAnswer[] =>
    load.answers.filter(({ sentAt }) => sentAt >= from && sentAt < to);
  const p99 = { alone: [] as number[], beside: [] as number[] };
  let isForgeryAccepted = false;
  for (let round = 1; round <= ROUNDS; round += 1) {
    const begin = load.clock();
    await delay(seconds * 1_000);
    const from = load.clock();
    const cpu = cpuSeconds(bed.ingress().pid);
    const forging = { port, perSecond: FORGED_PER_SECOND, seconds, connections: CONNECTIONS };
    const { sent, statuses, ...forged } = await startSender<ForgerResult>('./forger.ts', forging)
      .result;
    isForgeryAccepted ||= statuses['202'] !== undefined;
    const alone = percentileMs(between(begin, from), 0.99);
    // The sender needs a second to start and to make its requests.
    const to = load.clock();
    const beside = percentileMs(between(to - seconds, to), 0.99);
    p99.alone.push(alone);
    p99.beside.push(beside);
    const share = ((cpuSeconds(bed.ingress().pid) - cpu) / (to - from)) * 100;
    say(
      `  round ${round}: genuine p99 ${alone.toFixed(1)} ms alone, ${beside.toFixed(1)} ms beside ${Math.round(sent / forged.seconds)} forged/s (${Math.round(share)} % of a core): ${JSON.stringify(statuses)}`,
    );
  }
  await load.stop();
  const memory = residentMib(bed.ingress().pid);
  const [p99Alone, p99Beside] = [median(p99.alone), median(p99.beside)];
  say(
    `  genuine: ${load.answers.length} at ${GENUINE_PER_SECOND}/s, ${JSON.stringify(statusesOf(load.answers))}; median p99 ${p99Alone.toFixed(1)} and ${p99Beside.toFixed(1)} ms`,
  );
  say(`  resident ${Math.round(memory.now)} MiB, at most ${Math.round(memory.peak)} MiB`);

  const faults: string[] = [];
  const others = load.answers.filter(({ status }) => status !== 202);
  if (others.length > 0)
    faults.push(`genuine ones were answered ${JSON.stringify(statusesOf(others))}`);
  if (isForgeryAccepted) faults.push('a forged one was accepted');
  if (p99Beside > 2 * Math.max(p99Alone, LEAST_P99_MS)) {
    faults.push(`p99 went from ${p99Alone.toFixed(1)} to ${p99Beside.toFixed(1)} ms`);
  }
  if (memory.peak > MAX_MIB) faults.push(`resident memory came to ${Math.round(memory.peak)} MiB`);
  return faults;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
