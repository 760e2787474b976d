import { setTimeout as delay } from 'node:timers/promises';
import { readTopic } from '../../consumer/read-topic.ts';
import type { ServiceProcess } from '../../kit/service.ts';
import { type ResultsBed, untilReady, visibleOutputs } from '../../results/bed.ts';
import { createRandom } from '../random.ts';
import { calls, withResultsBed } from './with-bed.ts';

/** 1,000 lines of the simulator. */
const OUTPUT_BYTES = 1_024_000;
const LIMIT_MS = 240_000;
const CONCURRENCY = 8;

/**
 * Hundreds of batches that end at once, each told of up to three times, fetched by two instances that are
 * killed now and then; then all events once more by the replay lane. Each output is stored and announced
 * once, and the replay downloads nothing.
 */
export function runManyResults(options: {
  readonly seed: number;
  readonly batches: number;
  readonly kills: number;
  readonly say: (line: string) => void;
}): Promise<readonly string[]> {
  const { batches, kills, say } = options;
  const random = createRandom(options.seed);
  return withResultsBed(OUTPUT_BYTES, async (bed) => {
    const resources: string[] = [];
    for (let at = 0; at < batches; at += 1) resources.push(await bed.createBatch());
    const asked = resources.flatMap((resource, at) =>
      Array.from({ length: random.int(1, 3) }, (_, repeat) => ({
        // Under its own id again, and under another one.
        id: repeat === 2 ? `again${at}` : `e${at}`,
        resource,
      })),
    );
    const fleet = new Map<string, ServiceProcess>();
    const launch = async (name: string): Promise<void> => {
      const env = { RESULTS_CONCURRENCY: String(CONCURRENCY) };
      fleet.set(name, await bed.launchResults(name, env));
    };
    await Promise.all(['i1', 'i2'].map(launch));
    const startedAt = performance.now();
    await bed.publish(asked);
    for (let kill = 1; kill <= kills; kill += 1) {
      await delay(random.int(2_000, 5_000));
      const name = random.pick(['i1', 'i2']);
      fleet.get(name)?.kill('SIGKILL');
      await fleet.get(name)?.exited;
      await launch(name);
      say(`  kill -9 of ${name}`);
    }
    await Promise.all([...fleet.values()].map(untilReady));
    await untilSettled(bed, asked.length, say);
    say(
      `  ${asked.length} events of ${batches} jobs in ${Math.round((performance.now() - startedAt) / 1_000)} s`,
    );
    const before = await calls(bed);
    const faults = [...(await findFaults(bed, resources, kills, say))];

    const events = await readTopic(bed, bed.topics.events('batch'));
    const producer = bed.kafka.producer();
    await producer.connect();
    const messages = events.map(({ key, value, headers }) => ({ key, value, headers }));
    await producer.send({ topic: bed.topics.replay('results'), messages });
    await producer.disconnect();
    await untilSettled(bed, asked.length * 2, say);
    const after = await calls(bed);
    say(`  replayed: ${downloads(after) - downloads(before)} further downloads`);
    if (downloads(after) !== downloads(before)) faults.push('the replay downloaded again');
    if ((await visibleOutputs(bed)).length !== batches) faults.push('the replay stored again');
    return faults;
  });
}

function downloads(counts: Readonly<Record<string, number>>): number {
  return counts['GET files:download'] ?? 0;
}

/** Until so many events have an end on the processing topic, told by place, so that repeats count. */
async function untilSettled(
  bed: ResultsBed,
  count: number,
  say: (line: string) => void,
): Promise<void> {
  const endsAt = Date.now() + LIMIT_MS;
  const ends = new Set(['done', 'skipped', 'dead_lettered']);
  for (;;) {
    const statuses = await bed.statuses();
    const settled = statuses.filter(({ state }) => ends.has(state));
    const places = new Set(settled.map((each) => `${each.topic} ${each.partition} ${each.offset}`));
    if (places.size >= count) return;
    if (Date.now() > endsAt) throw new Error(`only ${places.size} of ${count} have ended`);
    say(`  ${places.size} of ${count} events have ended`);
    await delay(3_000);
  }
}

async function findFaults(
  bed: ResultsBed,
  resources: readonly string[],
  kills: number,
  say: (line: string) => void,
): Promise<readonly string[]> {
  const results = await bed.results();
  const stored = await visibleOutputs(bed);
  const announced = Map.groupBy(results, ({ resource_id }) => resource_id);
  const different = [...announced.values()].filter(
    (each) => new Set(each.map(({ event_id, sha256 }) => event_id + sha256)).size > 1,
  );
  const missing = resources.filter((resource) => !announced.has(resource));
  const wrong = results.filter(
    ({ row_count, status }) => row_count !== 1_000 || status !== 'partial',
  );
  const fetched = downloads(await calls(bed));
  const dead = await readTopic(bed, bed.topics.dlq('results'));
  say(
    `  ${stored.length} objects, ${results.length} records, ${fetched} downloads, ${dead.length} dead letters`,
  );
  const faults: string[] = [];
  if (stored.length !== resources.length) faults.push(`${stored.length} objects are stored`);
  if (missing.length > 0) faults.push(`${missing.length} are missing: ${missing[0]}`);
  if (different.length > 0) faults.push(`${different.length} are announced in two ways`);
  if (results.length > resources.length + kills) faults.push(`${results.length} records`);
  if (wrong.length > 0) faults.push(`${wrong.length} have the wrong counts`);
  // What was under way at a kill is fetched again, and nothing else.
  if (fetched > resources.length + kills * CONCURRENCY) faults.push(`${fetched} downloads`);
  if (dead.length > 0) faults.push(`${dead.length} dead letters`);
  return faults;
}
