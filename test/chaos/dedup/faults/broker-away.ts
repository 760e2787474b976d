import { setTimeout as delay } from 'node:timers/promises';
import { residentMib } from '../../../bench/cpu.ts';
import type { Scene, Struck } from './scene.ts';

const AWAY_MS = 360_000;
/** A session and a request that must both time out first. */
const UNREADY_LIMIT_MS = 20_000;
const RECOVERY_LIMIT_MS = 60_000;

/** The broker is away for six minutes: every instance says so, none ends, all go on by themselves. */
export async function brokerAway({ fleet, kafka }: Scene): Promise<Struck> {
  const pids = fleet.pids();
  await kafka.crash();
  await delay(UNREADY_LIMIT_MS);
  const sayReady = await fleet.readyCount();
  await delay(AWAY_MS - UNREADY_LIMIT_MS);
  const areSame = fleet.pids().join() === pids.join();
  const mib = Math.max(...pids.map((pid) => residentMib(pid).peak));
  await kafka.restart();
  const backAt = Date.now();
  while (!(await fleet.areReady()) && Date.now() - backAt < RECOVERY_LIMIT_MS) await delay(200);
  const seconds = (Date.now() - backAt) / 1_000;
  const isBroken = sayReady > 0 || !areSame || seconds * 1_000 >= RECOVERY_LIMIT_MS;
  const text = `the broker away for ${AWAY_MS / 1_000} s: ${sayReady} of ${pids.length} said "ready", at most ${Math.round(mib)} MiB, all ready ${seconds.toFixed(1)} s after its return`;
  return { text, ...(isBroken ? { broken: text } : {}) };
}
