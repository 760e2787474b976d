import { setTimeout as delay } from 'node:timers/promises';
import { residentMib } from '../../bench/cpu.ts';
import { readAll } from '../dedup/read-all.ts';
import type { Bed } from './bed.ts';
import { startGenuine, statusesOf } from './genuine.ts';

const PER_SECOND = 300;
const BEFORE_SECONDS = 10;
/** The longest delivery that is on its way when the broker dies. */
const SETTLE_SECONDS = 5;
const RECOVERY_LIMIT_SECONDS = 30;
const TOLD_EVERY_SECONDS = 60;
const MAX_MIB = 300;

/** The broker is away for minutes. @returns what was wrong */
export async function brokerAway(
  bed: Bed,
  awaySeconds: number,
  say: (line: string) => void,
): Promise<string[]> {
  const load = startGenuine({
    url: bed.url,
    secret: bed.secret,
    perSecond: PER_SECOND,
    run: 'away',
  });
  const memory = (): number => residentMib(bed.ingress().pid).now;
  await delay(BEFORE_SECONDS * 1_000);
  const before = memory();
  await bed.kafka.crash();
  const from = load.clock();
  let most = 0;
  while (load.clock() - from < awaySeconds) {
    await delay(1_000);
    most = Math.max(most, memory());
    const seconds = Math.round(load.clock() - from);
    if (seconds % TOLD_EVERY_SECONDS === 0)
      say(`  ${seconds} s without a broker: ${Math.round(memory())} MiB`);
  }
  const to = load.clock();
  await bed.kafka.restart();
  const back = load.clock();
  await delay(RECOVERY_LIMIT_SECONDS * 1_000);
  await load.stop();

  const during = load.answers.filter(
    ({ sentAt }) => sentAt >= from + SETTLE_SECONDS && sentAt < to,
  );
  const slowest = Math.max(...during.map(({ ms }) => ms));
  // From the first second on in which, and in all later ones, everything was accepted.
  const lastRefused = Math.max(
    back,
    ...load.answers.filter(({ status }) => status !== 202).map(({ sentAt }) => sentAt),
  );
  const recoverySeconds = lastRefused - back;
  const after = load.answers.filter(({ sentAt }) => sentAt > lastRefused);
  const rate = after.length / (load.clock() - lastRefused);
  say(
    `  away for ${Math.round(to - from)} s: ${JSON.stringify(statusesOf(during))}, the slowest answer after ${Math.round(slowest)} ms`,
  );
  say(`  resident ${Math.round(before)} MiB before, at most ${Math.round(most)} MiB meanwhile`);
  say(
    `  full rate ${recoverySeconds.toFixed(1)} s after its return: ${Math.round(rate)} of ${PER_SECOND}/s`,
  );

  const seen = new Set((await readAll(bed.brokers, [bed.topic])).map(({ webhookId }) => webhookId));
  const missing = load.answers.filter(
    ({ status, webhookId }) => status === 202 && !seen.has(webhookId),
  );
  const faults: string[] = [];
  const early = statusesOf(during)['202'];
  if (early !== undefined) faults.push(`${early} were answered 202 without a broker`);
  if (statusesOf(during)['broken'] !== undefined) faults.push('answers were missing');
  if (missing.length > 0) faults.push(`${missing.length} were answered 202 and are missing`);
  if (most > MAX_MIB) faults.push(`resident memory came to ${Math.round(most)} MiB`);
  if (after.length === 0 || rate < PER_SECOND * 0.9) {
    faults.push(`no full rate within ${RECOVERY_LIMIT_SECONDS} s of its return`);
  }
  return faults;
}
