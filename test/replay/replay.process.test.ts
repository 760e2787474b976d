import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { type Given, type Held, makeReplayBed, type ReplayBed } from './bed.ts';

const DAY_MS = 86_400_000;
const START = Date.parse('2026-11-20T00:00:00Z');
const TYPES = ['batch.succeeded', 'batch.failed', 'batch.cancelled'];

/** Four days of events, whose times are in disorder by up to some minutes. */
const GIVEN: readonly Given[] = Array.from({ length: 6_000 }, (_, at) => ({
  id: `msg-${at}`,
  resource: `batches/b${at % 97}`,
  type: TYPES[at % TYPES.length] as string,
  source: at % 5 === 0 ? 'tenant-a' : 'default',
  labels: { team: at % 5 === 0 ? 'search' : 'ads' },
  at: START + at * 57_600 + ((at * 7_919) % 600_000),
}));

interface Ended {
  readonly id: string;
  readonly state: string;
  readonly events: number;
  readonly copied: Readonly<Record<string, number>>;
}

const idsOf = (held: readonly { readonly id: string }[]): string[] =>
  held.map(({ id }) => id).sort();
const wanted = (isWanted: (given: Given) => boolean): string[] => idsOf(GIVEN.filter(isWanted));

describe('a replay', () => {
  let bed: ReplayBed;
  /** Records that a replay has put on the lane of the consumer. */
  const lane = async (replay: string): Promise<readonly Held[]> =>
    (await bed.held(bed.topics.replay('fixture'))).filter(
      ({ headers }) => headers['replay-id'] === replay,
    );

  beforeAll(async () => {
    bed = await makeReplayBed(inject('stack'));
    await bed.publishEvents(GIVEN);
  });
  afterAll(() => bed?.close());

  it('P8: brings exactly the events of a day and a type to one consumer, in order per key', async () => {
    const [since, until] = [START + DAY_MS, START + 2 * DAY_MS];
    const isWanted = ({ at, type }: Given): boolean =>
      at >= since && at < until && type !== 'batch.cancelled';
    const time = (at: number): string => new Date(at).toISOString();
    const filter = ['--type', 'batch.succeeded', '--type', 'batch.f*'].concat(
      ['--since', time(since)],
      ['--until', time(until)],
    );
    const dry = await bed.json<{ total: number; byType: Record<string, number> }>(
      'replay',
      '--to',
      'fixture',
      ...filter,
      '--dry-run',
    );
    expect(await bed.held(bed.topics.replay('fixture'))).toEqual([]);
    const done = await bed.json<Ended>('replay', '--to', 'fixture', ...filter);
    const copies = await lane(done.id);
    expect(idsOf(copies)).toEqual(wanted(isWanted));
    expect(done).toMatchObject({ state: 'done', events: copies.length, copied: dry.byType });
    expect(dry.total).toBe(copies.length);
    // What was copied stands as it stood, and says where it was.
    const originals = new Map(
      (await bed.held(bed.topics.events('batch'))).map((each) => [each.id, each]),
    );
    for (const copy of copies) {
      const original = originals.get(copy.id) as Held;
      expect(copy).toMatchObject({
        key: original.key,
        partition: original.partition,
        timestamp: original.timestamp,
        headers: {
          ...original.headers,
          'replay-id': done.id,
          'gemini-effects': 'skip',
          'replay-topic': bed.topics.events('batch'),
          'replay-partition': String(original.partition),
          'replay-offset': String(original.offset),
        },
      });
    }
    for (const [, ofKey] of Map.groupBy(copies, ({ key }) => key)) {
      const places = ofKey.map(({ id }) => originals.get(id)?.offset ?? -1);
      expect(places).toEqual([...places].sort((a, b) => a - b));
    }
    expect(await bed.held(bed.topics.events('batch'))).toHaveLength(GIVEN.length);
  });

  it.each<[string, readonly string[], (given: Given) => boolean]>([
    ['a resource', ['--resource', 'batches/b7'], ({ resource }) => resource === 'batches/b7'],
    ['a source', ['--source', 'tenant-a'], ({ source }) => source === 'tenant-a'],
    ['a label', ['--label', 'team=search'], ({ labels }) => labels?.['team'] === 'search'],
    [
      'a label and a type',
      ['--label', 'team=ads', '--type', 'batch.failed'],
      ({ labels, type }) => labels?.['team'] === 'ads' && type === 'batch.failed',
    ],
  ])('takes the events of %s', async (_, filter, isWanted) => {
    const done = await bed.json<Ended>('replay', '--to', 'fixture', ...filter);
    expect(idsOf(await lane(done.id))).toEqual(wanted(isWanted));
  });

  it('goes on after a kill -9 and after a pause, with nothing twice and nothing left out', async () => {
    const run = bed.cli('replay', '--to', 'fixture', '--rate', '600', '--json');
    await run.says('replay 2', 20_000);
    const id = /replay (\d{8}-[0-9a-f]{6})/.exec(run.stderr())?.[1] ?? '';
    await vi.waitFor(async () => expect((await lane(id)).length).toBeGreaterThan(300), {
      timeout: 40_000,
      interval: 100,
    });
    run.child.kill('SIGKILL');
    await run.ended;

    const second = bed.cli('replay', 'resume', id, '--json');
    await vi.waitFor(async () => expect((await lane(id)).length).toBeGreaterThan(1_200), {
      timeout: 40_000,
      interval: 100,
    });
    expect(await bed.json('replay', 'pause', id)).toMatchObject({ state: 'paused' });
    expect(await second.ended).toBe(0);
    expect(JSON.parse(second.stdout())).toMatchObject({ state: 'paused' });
    expect((await lane(id)).length).toBeLessThan(GIVEN.length);

    const done = await bed.json<Ended>('replay', 'resume', id);
    expect(done).toMatchObject({ id, state: 'done', events: GIVEN.length });
    expect(idsOf(await lane(id))).toEqual(wanted(() => true));
    const ended = bed.cli('replay', 'resume', id);
    expect(await ended.ended).toBe(1);
    expect(ended.stderr()).toContain('ERR_REPLAY_ENDED');
  });

  it('is paused by Ctrl-C, says how to go on, and can be cancelled', async () => {
    const run = bed.cli('replay', '--to', 'fixture', '--rate', '500');
    await run.says('replay 2', 20_000);
    const id = /replay (\d{8}-[0-9a-f]{6})/.exec(run.stderr())?.[1] ?? '';
    await vi.waitFor(async () => expect((await lane(id)).length).toBeGreaterThan(0), {
      timeout: 40_000,
      interval: 100,
    });
    run.child.kill('SIGINT');
    expect(await run.ended).toBe(130);
    expect(run.stderr()).toContain(`replay resume ${id}`);
    // Its place is gone, as after the brokers' retention: going on would send records twice.
    const admin = bed.kafka.admin();
    await admin.connect();
    await admin.deleteGroups([`${bed.prefix}.replay-${id}`]);
    await admin.disconnect();
    const forgotten = bed.cli('replay', 'resume', id);
    expect(await forgotten.ended).toBe(1);
    expect(forgotten.stderr()).toContain('ERR_REPLAY_FORGOTTEN');
    expect(await bed.json('replay', 'cancel', id)).toMatchObject({ state: 'cancelled' });
    const list = await bed.json<{ id: string; state: string }[]>('replay', 'ls');
    expect(list.find((each) => each.id === id)).toMatchObject({ state: 'cancelled' });
  });

  it('writes to a topic of its own, and never to one that is there', async () => {
    const topic = `backfill.${bed.prefix}`;
    const done = await bed.json<Ended>('replay', '--to-topic', topic, '--type', 'batch.failed');
    expect(idsOf(await bed.held(topic))).toEqual(wanted(({ type }) => type === 'batch.failed'));
    expect(done.state).toBe('done');
    for (const there of [topic, bed.topics.events('video'), bed.topics.deliveries]) {
      const refused = bed.cli('replay', '--to-topic', there);
      expect(await refused.ended).toBe(1);
      expect(refused.stderr()).toContain('ERR_REPLAY_INVALID');
    }
  });

  it.each<[string, readonly string[], string]>([
    ['no target', [], 'ERR_REPLAY_INVALID'],
    ['effects again without a reason', ['--to', 'fixture', '--effects', 'again'], '--reason'],
    ['a consumer that is none', ['--to', 'nobody'], 'ERR_CONSUMER_UNKNOWN'],
    ['offsets of several topics', ['--to', 'fixture', '--offsets', '1:0-5'], '--from'],
  ])('is refused with %s', async (_, args, said) => {
    const run = bed.cli('replay', ...args);
    expect(await run.ended).not.toBe(0);
    expect(run.stderr()).toContain(said);
  });
});
