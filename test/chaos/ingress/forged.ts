import { setTimeout as delay } from 'node:timers/promises';
import { findFreePort } from '@gemini-events/stack';
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
  const sinkPort = await findFreePort();
  const sink = startSender('./sink.ts', { port: sinkPort });
  sink.result.catch(() => undefined);
  const forge = async (
    at: number,
  ): Promise<{ readonly p99: number; readonly by: ForgerResult }> => {
    const forging = { port: at, perSecond: FORGED_PER_SECOND, seconds, connections: CONNECTIONS };
    const by = await startSender<ForgerResult>('./forger.ts', forging).result;
    // The sender needs a second to start and to make its requests.
    const to = load.clock();
    return { by, p99: percentileMs(between(to - seconds, to), 0.99) };
  };
  const p99 = { alone: [] as number[], elsewhere: [] as number[], here: [] as number[] };
  let isForgeryAccepted = false;
  try {
    for (let round = 1; round <= ROUNDS; round += 1) {
      const from = load.clock();
      await delay(seconds * 1_000);
      const alone = percentileMs(between(from, load.clock()), 0.99);
      const elsewhere = await forge(sinkPort);
      const [cpu, begin] = [cpuSeconds(bed.ingress().pid), load.clock()];
      const here = await forge(port);
      const share = (cpuSeconds(bed.ingress().pid) - cpu) / (load.clock() - begin);
      isForgeryAccepted ||= here.by.statuses['202'] !== undefined;
      p99.alone.push(alone);
      p99.elsewhere.push(elsewhere.p99);
      p99.here.push(here.p99);
      const rate = Math.round(here.by.sent / here.by.seconds);
      say(
        `  round ${round}: genuine p99 ${alone.toFixed(1)} ms alone, ${elsewhere.p99.toFixed(1)} ms beside ${Math.round(elsewhere.by.sent / elsewhere.by.seconds)}/s to a sink, ${here.p99.toFixed(1)} ms beside ${rate} forged/s (${Math.round(share * 100)} % of a core): ${JSON.stringify(here.by.statuses)}`,
      );
    }
  } finally {
    sink.kill();
    await load.stop();
  }
  const memory = residentMib(bed.ingress().pid);
  const [alone, elsewhere, here] = [median(p99.alone), median(p99.elsewhere), median(p99.here)];
  say(
    `  genuine: ${load.answers.length} at ${GENUINE_PER_SECOND}/s, ${JSON.stringify(statusesOf(load.answers))}; median p99 ${alone.toFixed(1)}, ${elsewhere.toFixed(1)} and ${here.toFixed(1)} ms`,
  );
  say(`  resident ${Math.round(memory.now)} MiB, at most ${Math.round(memory.peak)} MiB`);

  const faults: string[] = [];
  const others = load.answers.filter(({ status }) => status !== 202);
  if (others.length > 0)
    faults.push(`genuine ones were answered ${JSON.stringify(statusesOf(others))}`);
  if (isForgeryAccepted) faults.push('a forged one was accepted');
  if (here > 2 * Math.max(alone, LEAST_P99_MS)) {
    faults.push(`p99 went from ${alone.toFixed(1)} to ${here.toFixed(1)} ms`);
  }
  if (memory.peak > MAX_MIB) faults.push(`resident memory came to ${Math.round(memory.peak)} MiB`);
  return faults;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
