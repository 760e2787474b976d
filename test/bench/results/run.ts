import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ServiceProcess } from '../../kit/service.ts';
import { withStack } from '../../kit/with-stack.ts';
import { makeResultsBed, type ResultsBed, untilReady, visibleOutputs } from '../../results/bed.ts';
import { cpuSeconds, residentMib } from '../cpu.ts';

export interface ResultsRound {
  readonly bytes: number;
  readonly ours: {
    readonly seconds: number;
    readonly cpuSeconds: number;
    readonly peakMib: number;
  };
  readonly curl: { readonly seconds: number };
}

const LIMIT_MS = 300_000;

/** Fetches files from the simulator: by `curl` into a file, and by the consumer from event to result. */
export async function runResultsBench(options: {
  readonly bytes: number;
  readonly rounds: number;
  readonly say: (line: string) => void;
}): Promise<readonly ResultsRound[]> {
  const { bytes, rounds, say } = options;
  const measured: ResultsRound[] = [];
  return withStack('bench', async (stack, dir) => {
    const bed = await makeResultsBed(stack, { dir, outputBytes: bytes, partitions: 'declared' });
    try {
      // Once before: like those in the image, its modules are compiled then.
      await (await untilReady(await bed.launchResults('first'))).stop();
      const instance = await untilReady(await bed.launchResults('bench'));
      for (let round = 1; round <= rounds; round += 1) {
        await touchDisk(dir, bytes);
        const curl = await byCurl(bed, dir);
        await touchDisk(dir, bytes);
        const ours = await byUs(bed, instance, round);
        await rm(bed.resultsDir, { recursive: true });
        measured.push({ bytes, ours, curl });
        say(
          `  round ${round}: curl ${speed(bytes, curl.seconds)}, ours ${speed(bytes, ours.seconds)} MiB/s, ${(curl.seconds / ours.seconds).toFixed(2)} of curl, ${ours.cpuSeconds.toFixed(1)} s of CPU, ${Math.round(ours.peakMib)} MiB`,
        );
      }
      return measured;
    } finally {
      await bed.close();
    }
  });
}

/**
 * Writes as much and removes it: a virtual machine gives memory back when files are removed, and gets it
 * again at a cost that whoever writes next would have to bear.
 */
async function touchDisk(dir: string, bytes: number): Promise<void> {
  const file = join(dir, 'touch');
  const count = `count=${Math.ceil(bytes / 2 ** 20)}`;
  const child = spawn('dd', ['if=/dev/zero', `of=${file}`, 'bs=1M', count, 'status=none']);
  await once(child, 'exit');
  await rm(file);
}

/** Into a file whose bytes are flushed, as ours are. */
async function byCurl(bed: ResultsBed, dir: string): Promise<{ readonly seconds: number }> {
  const name = await bed.createBatch();
  const file = join(dir, 'curl.jsonl');
  const url = `${bed.origin}/v1beta/files/batch-${name.slice('batches/'.length)}:download?alt=media`;
  const startedAt = performance.now();
  const child = spawn('sh', [
    '-c',
    `curl -sf -H 'x-goog-api-key: any' -o "$1" "$2" && sync "$1"`,
    'sh',
    file,
    url,
  ]);
  const [code] = (await once(child, 'exit')) as [number];
  const seconds = (performance.now() - startedAt) / 1_000;
  if (code !== 0) throw new Error(`curl ended with ${code}`);
  await stat(file);
  await rm(file);
  return { seconds };
}

async function byUs(
  bed: ResultsBed,
  instance: ServiceProcess,
  round: number,
): Promise<ResultsRound['ours']> {
  const resource = await bed.createBatch();
  const cpuBefore = cpuSeconds(instance.pid);
  const startedAt = performance.now();
  await bed.publish([{ id: `e${round}`, resource }]);
  const endsAt = startedAt + LIMIT_MS;
  // Metrics are asked for at the end only: to answer is work for the process that is measured.
  while ((await visibleOutputs(bed)).length === 0) {
    if (performance.now() > endsAt) throw new Error('not fetched in time');
    await delay(10);
  }
  for (;;) {
    const done = /consumer_events_total\{state="done"\} (\d+)/.exec(await instance.metrics());
    if (Number(done?.[1]) >= round) break;
    if (performance.now() > endsAt) throw new Error('not stored in time');
    await delay(10);
  }
  return {
    seconds: (performance.now() - startedAt) / 1_000,
    cpuSeconds: cpuSeconds(instance.pid) - cpuBefore,
    peakMib: residentMib(instance.pid).peak,
  };
}

function speed(bytes: number, seconds: number): string {
  return (bytes / 2 ** 20 / seconds).toFixed(0);
}
