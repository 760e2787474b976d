import { setTimeout as delay } from 'node:timers/promises';
import { type Bed, makeBed } from '../../consumer/bed.ts';
import { withStack } from '../../kit/with-stack.ts';
import { cpuSeconds, residentMib } from '../cpu.ts';

export interface ConsumerBenchResult {
  readonly events: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakMib: number;
}

/** With an inbox, or without. */
export type Mode = 'inbox' | 'none';

export interface ConsumerBench {
  readonly events: Readonly<Record<Mode, number>>;
  readonly rounds: number;
  readonly say: (line: string) => void;
}

const KEYS = 5_000;
const LIMIT_MS = 300_000;
const LOOK_EVERY_MS = 20;
const DONE = /^gemini_events_consumer_events_total\{state="done"\} (\d+)$/m;

/** Lets a consumer with a handler that does nothing work off a full topic, with an inbox and without. */
export async function runConsumerBench({
  events,
  rounds,
  say,
}: ConsumerBench): Promise<ReadonlyMap<Mode, readonly ConsumerBenchResult[]>> {
  const results = new Map<Mode, ConsumerBenchResult[]>([
    ['none', []],
    ['inbox', []],
  ]);
  return withStack('bench', async (stack) => {
    for (let round = 1; round <= rounds; round += 1) {
      for (const [mode, each] of results) {
        const bed = await makeBed(stack, 'fixture', 'declared');
        try {
          await fill(bed, events[mode]);
          const result = await drain(bed, mode, events[mode]);
          each.push(result);
          say(`  round ${round}, ${mode}: ${summary(result)}`);
        } finally {
          await bed.close();
        }
      }
    }
    return results;
  });
}

async function fill(bed: Bed, count: number): Promise<void> {
  const asked = Array.from({ length: count }, (_, at) => ({
    id: `e${at}`,
    resource: `batches/${at % KEYS}`,
    do: 'nothing',
  }));
  await bed.publish(asked);
}

async function drain(bed: Bed, mode: Mode, events: number): Promise<ConsumerBenchResult> {
  const instance = await bed.launch('bench', { IDEMPOTENCY: mode, CONCURRENCY: '256' });
  const doneSoFar = async (): Promise<number> => {
    const text = await fetch(`${instance.adminUrl}/metrics`).then(
      (answer) => answer.text(),
      () => '',
    );
    return Number(DONE.exec(text)?.[1] ?? 0);
  };
  const endsAt = performance.now() + LIMIT_MS;
  let first: { readonly done: number; readonly at: number; readonly cpu: number } | null = null;
  for (;;) {
    if (performance.now() > endsAt) throw new Error(`not done in ${LIMIT_MS} ms`);
    const done = await doneSoFar();
    const now = { done, at: performance.now(), cpu: cpuSeconds(instance.pid) };
    if (first === null && done > 0) first = now;
    if (first !== null && done >= events) {
      return {
        events: done - first.done,
        seconds: (now.at - first.at) / 1_000,
        cpuSeconds: now.cpu - first.cpu,
        peakMib: residentMib(instance.pid).peak,
      };
    }
    await delay(LOOK_EVERY_MS);
  }
}

function summary({ events, seconds, cpuSeconds, peakMib }: ConsumerBenchResult): string {
  const perSecond = Math.round(events / seconds);
  const each = ((cpuSeconds / events) * 1e6).toFixed(1);
  return `${perSecond} events/s, ${each} us of CPU each, ${Math.round(peakMib)} MiB`;
}
