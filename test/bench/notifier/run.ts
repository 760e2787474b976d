import { setTimeout as delay } from 'node:timers/promises';
import { withStack } from '../../kit/with-stack.ts';
import { makeNotifyBed, type NotifyBed } from '../../notify/bed.ts';
import { startReceiver } from '../../notify/receiver.ts';
import { cpuSeconds, residentMib } from '../cpu.ts';

export interface NotifierBenchResult {
  readonly deliveries: number;
  readonly seconds: number;
  /** Of the notifier alone. */
  readonly cpuSeconds: number;
  readonly peakMib: number;
}

const OWNERS = 20;
const WARM_UP = 5_000;
const LIMIT_MS = 300_000;
const RULES = `
rules:
  all:
    when: { types: [batch] }
    webhooks: { owner: 'owner-{{metadata.order}}' }
`;

/**
 * Events, each for one of twenty endpoints of a fast receiver: from the publication of the first one until
 * the last delivery is written down in Postgres. Everything shares the machine: broker, Postgres, receiver.
 */
export function runNotifierBench(options: {
  readonly events: number;
  readonly rounds: number;
  readonly say: (line: string) => void;
}): Promise<readonly NotifierBenchResult[]> {
  const { events, rounds, say } = options;
  return withStack('bench', async (stack, dir) => {
    const results: NotifierBenchResult[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      const result = await runRound(stack, dir, events);
      say(`  round ${round}: ${Math.round(result.deliveries / result.seconds)} deliveries/s`);
      results.push(result);
    }
    return results;
  });
}

async function runRound(
  stack: Parameters<typeof makeNotifyBed>[0],
  dir: string,
  events: number,
): Promise<NotifierBenchResult> {
  const receiver = await startReceiver({ keep: false });
  const bed = await makeNotifyBed(stack, {
    dir,
    rules: RULES,
    origins: [receiver.origin],
    partitions: 'declared',
  });
  try {
    const service = await bed.start('bench');
    for (let at = 0; at < OWNERS; at += 1) {
      await bed.addEndpoint(`${receiver.origin}/${at}`, { owner: `owner-${at}` });
    }
    // The first ones open connections and compile code.
    await deliver(bed, 'w', WARM_UP);
    const cpu = cpuSeconds(service.pid);
    const startedAt = performance.now();
    await deliver(bed, 'e', events);
    return {
      deliveries: events,
      seconds: (performance.now() - startedAt) / 1_000,
      cpuSeconds: cpuSeconds(service.pid) - cpu,
      peakMib: residentMib(service.pid).peak,
    };
  } finally {
    await bed.close();
    await receiver.close();
  }
}

/** Publishes so many events and waits until each of them is delivered. */
async function deliver(bed: NotifyBed, name: string, count: number): Promise<void> {
  const before = (await bed.states())['delivered'] ?? 0;
  const endsAt = performance.now() + LIMIT_MS;
  await bed.publish(
    Array.from({ length: count }, (_, at) => ({
      id: `${name}${at}`,
      resource: `batches/${at % 5_000}`,
      order: at % OWNERS,
    })),
  );
  for (;;) {
    const delivered = ((await bed.states())['delivered'] ?? 0) - before;
    if (delivered >= count) return;
    if (performance.now() > endsAt) throw new Error(`${delivered} of ${count}`);
    await delay(200);
  }
}
