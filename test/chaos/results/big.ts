import { setTimeout as delay } from 'node:timers/promises';
import { residentMib } from '../../bench/cpu.ts';
import { untilReady, visibleOutputs } from '../../results/bed.ts';
import { withResultsBed } from './with-bed.ts';

const MOST_MIB = 150;
const CUTS = 3;
const LIMIT_MS = 300_000;

/**
 * One output of 2 GiB, whose connection breaks three times, fetched by a process that is killed in its
 * middle and started again. Then: it is stored once, with the right checksum, within 150 MiB, and no half
 * of it was ever to be seen.
 */
export function runBigResult(options: {
  readonly bytes: number;
  readonly say: (line: string) => void;
}): Promise<readonly string[]> {
  const { bytes, say } = options;
  return withResultsBed(bytes, async (bed) => {
    const faults: string[] = [];
    const cuts = { everyBytes: Math.floor(bytes / (CUTS + 2)), times: CUTS };
    const resource = await bed.createBatch();
    const first = await untilReady(await bed.launchResults('i1'));
    await bed.publish([{ id: 'msg_big', resource }]);
    const fetched = async (): Promise<number> => {
      const statuses = await bed.statuses();
      return Math.max(0, ...statuses.map(({ progress_done }) => progress_done ?? 0));
    };
    while ((await fetched()) < bytes / 4) await delay(500);
    first.kill('SIGKILL');
    await first.exited;
    say(`  kill -9 after ${Math.round((await fetched()) / 2 ** 20)} MiB`);
    if ((await visibleOutputs(bed)).length > 0) faults.push('a half object is visible');

    await bed.call('PUT', '/simulator/faults', { cuts });
    const second = await untilReady(await bed.launchResults('i1'));
    const endsAt = Date.now() + LIMIT_MS;
    let results = await bed.results();
    let halves = 0;
    while (results.length === 0 && Date.now() < endsAt) {
      const seen = await visibleOutputs(bed);
      results = await bed.results();
      if (results.length === 0 && seen.length > 0) halves += 1;
      await delay(500);
    }
    // The object is there a moment before its record is.
    if (halves > 2) faults.push('an object was visible long before its result was');
    const { peak } = residentMib(second.pid);
    const resumed = /resumed_downloads_total (\d+)/.exec(await second.metrics())?.[1];
    const file = `files/batch-${resource.slice('batches/'.length)}`;
    const { sha256Hash } = await bed.call<{ sha256Hash: string }>('GET', `/v1/${file}`);
    const wanted = Buffer.from(sha256Hash, 'base64').toString('hex');
    const [result] = results;
    say(`  ${result?.size_bytes} bytes, resumed ${resumed} times, ${Math.round(peak)} MiB`);
    if (result?.sha256 !== wanted) faults.push(`SHA-256 is ${result?.sha256}, not ${wanted}`);
    if (Number(resumed) !== CUTS) faults.push(`it was resumed ${resumed} times`);
    if (peak > MOST_MIB) faults.push(`${Math.round(peak)} MiB resident`);
    return faults;
  });
}
