import { setTimeout as delay } from 'node:timers/promises';
import { type Load, startLoad } from '../dedup/load.ts';
import { planDeliveries } from '../dedup/plan-deliveries.ts';
import { readAll } from '../dedup/read-all.ts';
import type { Random } from '../random.ts';
import type { Bed } from './bed.ts';

/** At least; the load goes on until the last fault is over. */
const DELIVERIES = 15_000;
const MOST_DELIVERIES = 200_000;
const PER_SECOND = 400;
const KILLS = 5;
/** Each fault meets a bridge that works again. */
const LEAST_BETWEEN = 200;
const RECOVERY_LIMIT_MS = 30_000;

/** Broker and ingress are killed and started again under load. @returns what was wrong */
export async function kills(
  bed: Bed,
  random: Random,
  say: (line: string) => void,
): Promise<string[]> {
  const run = random.int(0, 0xff_ffff).toString(36);
  let isOver = false;
  const load: Load = startLoad({
    url: bed.url,
    secret: bed.secret,
    deliveries: planDeliveries(MOST_DELIVERIES, 0, run, random),
    perSecond: PER_SECOND,
    isEnough: () => isOver && load.begun() >= DELIVERIES,
  });
  const faults = [
    ...Array.from({ length: KILLS }, () => 'broker'),
    ...Array.from({ length: KILLS }, () => 'ingress'),
  ].sort(() => random.int(0, 1) - 0.5);
  for (const fault of faults) {
    const before = load.accepted();
    await untilAccepted(load, before + LEAST_BETWEEN);
    await delay(random.int(0, 1_500));
    if (fault === 'ingress') {
      await bed.replaceIngress();
    } else {
      await bed.kafka.crash();
      await delay(random.int(200, 2_000));
      await bed.kafka.restart();
    }
    say(
      `  at ${load.accepted()} accepted (${load.accepted() - before} since the last): kill -9 of the ${fault}`,
    );
  }
  await untilAccepted(load, load.accepted() + LEAST_BETWEEN);
  isOver = true;
  await load.done;
  const seen = new Set((await readAll(bed.brokers, [bed.topic])).map(({ webhookId }) => webhookId));
  const missing = [...load.acknowledged].filter((id) => !seen.has(id));
  say(`  ${load.acknowledged.size} ids answered 2xx, ${missing.length} of them not on the topic`);
  const wrong: string[] = [];
  if (missing.length > 0) {
    wrong.push(
      `${missing.length} ids were answered 2xx and are missing, for example ${missing[0]}`,
    );
  }
  if (load.begun() < DELIVERIES) wrong.push(`only ${load.begun()} deliveries were sent`);
  if (load.acknowledged.size !== load.begun())
    wrong.push('not every delivery came through at last');
  return wrong;
}

async function untilAccepted(load: Load, count: number): Promise<void> {
  const end = Date.now() + RECOVERY_LIMIT_MS;
  while (load.accepted() < count) {
    if (Date.now() > end) throw new Error(`nothing was accepted for ${RECOVERY_LIMIT_MS} ms`);
    await delay(20);
  }
}
