import { setTimeout as delay } from 'node:timers/promises';
import { cloudEventHeaders, HEADER } from '@gemini-events/events';
import { CompressionTypes } from 'kafkajs';
import { withStack } from '../../kit/with-stack.ts';
import { makeReplayBed, type ReplayBed } from '../../replay/bed.ts';
import { createRandom } from '../random.ts';

const DAY_MS = 86_400_000;
const DAYS = 10;
const START = Date.parse('2026-11-01T00:00:00Z');
/** How far records may stand behind their time. */
const DISORDER_MS = 20 * 60_000;
const TYPES = {
  batch: ['batch.succeeded', 'batch.failed', 'batch.expired', 'batch.cancelled'],
  interaction: ['interaction.completed', 'interaction.failed'],
  video: ['video.generated'],
} as const;
const PAYLOAD = Buffer.alloc(600, 'x');

interface Event {
  readonly id: string;
  readonly family: keyof typeof TYPES;
  readonly type: string;
  readonly key: string;
  readonly at: number;
}

/**
 * A million events of ten days on three topics, in disorder of some minutes. One day's `batch.*` is
 * replayed to one consumer, killed several times and resumed; then every record that any topic holds is
 * looked at.
 */
export function runReplayChaos(options: {
  readonly seed: number;
  readonly events: number;
  readonly kills: number;
  readonly say: (line: string) => void;
}): Promise<readonly string[]> {
  const { events: count, kills, say } = options;
  return withStack('chaos', async (stack) => {
    const bed = await makeReplayBed(stack);
    try {
      const events = makeEvents(options.seed, count);
      await publish(bed, events);
      say(`  ${count} events of ${DAYS} days on three topics`);
      const faults: string[] = [];

      const scan = await bed.json<{ scanned: number; seconds: number; total: number }>(
        'replay',
        '--to',
        'fixture',
        '--dry-run',
      );
      const rate = Math.round(scan.scanned / scan.seconds);
      say(`  scan of all: ${scan.scanned} records in ${scan.seconds.toFixed(1)} s, ${rate}/s`);
      if (scan.total !== count) faults.push(`${scan.total} of ${count} events found`);

      const since = START + 3 * DAY_MS;
      const until = since + DAY_MS;
      const wanted = events.filter(
        ({ family, at }) => family === 'batch' && at >= since && at < until,
      );
      const args = ['replay', '--to', 'fixture', '--type', 'batch.*'].concat(
        ['--since', new Date(since).toISOString()],
        ['--until', new Date(until).toISOString()],
      );
      // Slow enough that it is still at work at each kill.
      const perSecond = Math.ceil(wanted.length / (12 * (kills + 1)));
      const id = await killAndResume(bed, [...args, '--rate', String(perSecond)], kills, say);
      faults.push(...(await findFaults(bed, id, events, wanted)));
      say(`  ${wanted.length} of ${count} events wanted, ${kills} kill -9`);
      return faults;
    } finally {
      await bed.close();
    }
  });
}

function makeEvents(seed: number, count: number): readonly Event[] {
  const random = createRandom(seed);
  const families = [
    'batch',
    'batch',
    'batch',
    'batch',
    'batch',
    'batch',
    'interaction',
    'interaction',
    'interaction',
    'video',
  ] as const;
  return Array.from({ length: count }, (_, at): Event => {
    const family = random.pick(families);
    return {
      id: `msg-${at}`,
      family,
      type: random.pick(TYPES[family]),
      key: `${family}/${random.int(0, 20_000)}`,
      at: START + Math.floor((at / count) * DAYS * DAY_MS) + random.int(0, DISORDER_MS),
    };
  });
}

async function publish(bed: ReplayBed, events: readonly Event[]): Promise<void> {
  const producer = bed.kafka.producer();
  await producer.connect();
  for (const [family, ofFamily] of Map.groupBy(events, (each) => each.family)) {
    for (let at = 0; at < ofFamily.length; at += 10_000) {
      await producer.send({
        topic: bed.topics.events(family),
        compression: CompressionTypes.None,
        messages: ofFamily.slice(at, at + 10_000).map(({ id, type, key, at: time }) => ({
          key,
          timestamp: String(time),
          value: PAYLOAD,
          headers: {
            [HEADER.webhookId]: id,
            [HEADER.source]: 'default',
            ...cloudEventHeaders({ eventId: id, source: 'default', type, subject: key, time }),
          },
        })),
      });
    }
  }
  await producer.disconnect();
}

/** Kills the process that replays, again and again. @returns the id of the replay */
async function killAndResume(
  bed: ReplayBed,
  args: readonly string[],
  kills: number,
  say: (line: string) => void,
): Promise<string> {
  let run = bed.cli(...args, '--json');
  await run.says('replay 2', 60_000);
  const id = /replay (\d{8}-[0-9a-f]{6})/.exec(run.stderr())?.[1] ?? '';
  let before = 0;
  for (let kill = 1; kill <= kills; kill += 1) {
    const held = async (): Promise<number> => (await bed.held(bed.topics.replay('fixture'))).length;
    while ((await held()) <= before) {
      if (run.child.exitCode !== null) throw new Error(`it ended before kill ${kill}`);
      await delay(300);
    }
    await delay(1_500);
    run.child.kill('SIGKILL');
    await run.ended;
    run = bed.cli('replay', 'resume', id, '--json');
    // Not before that: a transaction that the kill left open hides what is behind it until it is settled.
    before = await held();
    say(`  kill -9 before ${before} records`);
  }
  const code = await run.ended;
  if (code !== 0) throw new Error(`the replay ended with ${code}: ${run.stderr()}`);
  say(`  ${run.stdout().trim()}`);
  return id;
}

async function findFaults(
  bed: ReplayBed,
  id: string,
  events: readonly Event[],
  wanted: readonly Event[],
): Promise<readonly string[]> {
  const faults: string[] = [];
  const copies = await bed.held(bed.topics.replay('fixture'));
  const seen = new Set(copies.map((each) => each.id));
  const missing = wanted.filter((each) => !seen.has(each.id)).length;
  const ids = new Set(wanted.map((each) => each.id));
  const others = copies.filter((each) => !ids.has(each.id)).length;
  if (missing > 0) faults.push(`${missing} records missing`);
  if (others > 0) faults.push(`${others} records that nobody asked for`);
  if (copies.length !== seen.size) faults.push(`${copies.length - seen.size} records twice`);
  if (copies.some(({ headers }) => headers['replay-id'] !== id)) faults.push('of another replay');
  for (const [key, ofKey] of Map.groupBy(copies, (each) => each.key)) {
    const offsets = ofKey.map(({ headers }) => Number(headers['replay-offset']));
    if (offsets.some((offset, at) => at > 0 && offset <= (offsets[at - 1] ?? -1))) {
      faults.push(`${key} out of order`);
    }
  }
  for (const topic of [bed.topics.replay('results'), bed.topics.dlq('fixture')]) {
    if ((await bed.held(topic)).length > 0) faults.push(`records on ${topic}`);
  }
  let left = 0;
  for (const family of ['batch', 'interaction', 'video'] as const) {
    left += (await bed.held(bed.topics.events(family))).length;
  }
  if (left !== events.length) faults.push(`${left} records on the shared topics`);
  return faults;
}
