import { HEADER } from '@gemini-events/events';
import type { RawRecord } from '@gemini-events/kafka/wire';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { DEDUP_KEYS, type DedupKey } from './processors/drop-duplicate.ts';
import { about, delivery, headerOf, readBack, startLogic } from './testing/deliveries.ts';
import { type ModelDelivery, PlainModel } from './testing/plain-model.ts';

const WINDOW_MS = 100;
const TOPIC = { events: 'batch', quarantine: 'quarantine' } as const;

/** One partition: its log, the logic that works on it, and what was committed. */
interface Partition {
  logic: ReturnType<typeof startLogic>['logic'];
  readonly restart: () => void;
  readonly log: RawRecord[];
  position: number;
  readonly changelog: Buffer[];
  readonly output: string[];
}

/** The same as it ought to be. */
interface Expected {
  readonly plain: PlainModel;
  readonly log: ModelDelivery[];
  position: number;
  readonly output: string[];
}

type Step = fc.Command<Expected, Partition>;

function startPartition(key: DedupKey): Partition {
  const create = () => startLogic({ key, windowMs: WINDOW_MS }).logic;
  const partition: Partition = {
    logic: create(),
    restart: () => {
      partition.logic = create();
      for (const value of partition.changelog) partition.logic.restore(value);
    },
    log: [],
    position: 0,
    changelog: [],
    output: [],
  };
  return partition;
}

function recordOf({ id, kind, resource, body, timeMs }: ModelDelivery, n: number): RawRecord {
  const bodyDigest = body.repeat(32);
  const headers = {
    n: String(n),
    [HEADER.bodyDigest]: kind === 'broken' ? undefined : bodyDigest,
    [HEADER.scheme]: kind === 'synthetic' ? 'synthetic' : kind === 'token' ? 'jwt' : 'v1',
    [HEADER.dedupKey]: kind === 'token' ? bodyDigest : undefined,
    ...(resource === null ? {} : about(resource)),
  };
  return delivery(id, headers, timeMs);
}

function processNext(partition: Partition, count: number) {
  const { logic, log, position } = partition;
  const { output, changelog } = logic.process(log.slice(position, position + count));
  const shown = output.map((each) => `${each.topic}:${headerOf(readBack(each), 'n').join()}`);
  return { shown, changelog };
}

/** What Kafka does on a commit. */
function makeVisible(partition: Partition, count: number, made: ReturnType<typeof processNext>) {
  partition.output.push(...made.shown);
  partition.changelog.push(...made.changelog);
  partition.position = Math.min(partition.position + count, partition.log.length);
}

function expectNext(expected: Expected, count: number): void {
  const end = Math.min(expected.position + count, expected.log.length);
  for (; expected.position < end; expected.position += 1) {
    const at = expected.position;
    const outcome = expected.plain.take(expected.log[at] as ModelDelivery);
    if (outcome !== 'dropped') expected.output.push(`${TOPIC[outcome]}:${at}`);
  }
}

function step(name: string, run: (expected: Expected, partition: Partition) => void): Step {
  return {
    check: () => true,
    run(expected, partition) {
      run(expected, partition);
      expect(partition.output).toEqual(expected.output);
    },
    toString: () => name,
  };
}

const deliver = (specs: readonly (ModelDelivery & { readonly lateMs: number })[]): Step =>
  step(`deliver ${JSON.stringify(specs)}`, (expected, partition) => {
    for (const { lateMs, timeMs: advanceMs, ...rest } of specs) {
      const newestMs = expected.log.reduce((latest, { timeMs }) => Math.max(latest, timeMs), 1_000);
      const sent = { ...rest, timeMs: newestMs + advanceMs - lateMs };
      partition.log.push(recordOf(sent, expected.log.length));
      expected.log.push(sent);
    }
  });
const commit = (count: number): Step =>
  step(`commit ${count}`, (expected, partition) => {
    makeVisible(partition, count, processNext(partition, count));
    partition.logic.commit();
    expectNext(expected, count);
  });
const abort = (count: number): Step =>
  step(`abort ${count}`, (_, partition) => {
    processNext(partition, count);
    partition.logic.discard();
  });
/** The answer is lost, the commit is not: it comes back from the changelog. */
const commitUnanswered = (count: number): Step =>
  step(`commit ${count}, unanswered`, (expected, partition) => {
    const made = processNext(partition, count);
    makeVisible(partition, count, made);
    partition.logic.discard();
    for (const value of made.changelog) partition.logic.restore(value);
    const { clockMs } = expected.plain;
    expectNext(expected, count);
    expected.plain.setBack(clockMs);
  });
const restart = (twice: boolean): Step =>
  step('restart', (expected, partition) => {
    partition.restart();
    if (twice) for (const value of partition.changelog) partition.logic.restore(value);
    expected.plain.setBack();
  });

const delivered = fc.record({
  id: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
  kind: fc.constantFrom('genuine', 'genuine', 'genuine', 'synthetic', 'token', 'broken'),
  resource: fc.constantFrom('1', '2', null),
  body: fc.constantFrom('0', '0', '0', '1'),
  timeMs: fc.integer({ min: 0, max: 40 }),
  lateMs: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(150) }),
} as const);
const count = fc.integer({ min: 1, max: 8 });
const steps = fc.commands(
  [
    fc.array(delivered, { minLength: 1, maxLength: 6 }).map(deliver),
    count.map(commit),
    count.map(abort),
    count.map(commitUnanswered),
    fc.boolean().map(restart),
  ],
  { maxCommands: 40 },
);

it('decides as a plain map and a clock do, through aborts, lost answers and restarts', () => {
  fc.assert(
    fc.property(fc.constantFrom(...DEDUP_KEYS), steps, (key, commands) => {
      const plain = new PlainModel(key, WINDOW_MS);
      const model: Expected = { plain, log: [], position: 0, output: [] };
      const real = startPartition(key);
      fc.modelRun(() => ({ model, real }), commands);
      expect(real.output).toEqual(model.output);
    }),
    { numRuns: 1_000 },
  );
});

it('commits each id exactly once within the window, in the order of the log', () => {
  const arrival = fc.record({
    id: fc.constantFrom('a', 'b', 'c', 'd'),
    advanceMs: fc.integer({ min: 0, max: 40 }),
    end: fc.constantFrom('on', 'on', 'commit', 'abort', 'restart'),
  });
  fc.assert(
    fc.property(fc.array(arrival, { maxLength: 60 }), (arrivals) => {
      const partition = startPartition('webhook-id');
      let nowMs = 0;
      const log = arrivals.map(({ id, advanceMs }) => {
        nowMs += advanceMs;
        return { id, timeMs: nowMs };
      });
      log.forEach(({ id, timeMs }, n) => {
        partition.log.push(delivery(id, { n: String(n) }, timeMs));
        const { end } = arrivals[n] ?? { end: 'on' };
        if (end === 'on' && n + 1 < log.length) return;
        const length = n + 1 - partition.position;
        const made = processNext(partition, length);
        if (end === 'abort' && n + 1 < log.length) return partition.logic.discard();
        makeVisible(partition, length, made);
        if (end === 'restart') partition.restart();
        else partition.logic.commit();
      });
      const committed = partition.output.map((line) => Number(line.split(':')[1]));
      expect(committed).toEqual(committed.toSorted((a, b) => a - b));
      const published = new Set(committed);
      const lastMs = new Map<string, number>();
      log.forEach(({ id, timeMs }, n) => {
        const isRepeat = timeMs - (lastMs.get(id) ?? Number.NEGATIVE_INFINITY) < WINDOW_MS;
        expect(published.has(n)).toBe(!isRepeat);
        if (!isRepeat) lastMs.set(id, timeMs);
      });
    }),
    { numRuns: 500 },
  );
});
