import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Consumer } from '@gemini-events/consumer';
import { type TestBench, testConsumer } from '@gemini-events/consumer/testing';
import { createGemini } from '@gemini-events/gemini';
import { createDispatcher, createHttpClient } from '@gemini-events/http';
import type { ProducerRecord } from '@gemini-events/kafka/producer';
import {
  createFileStore,
  createOutputs,
  type Manifest,
  manifestKey,
  outputPrefix,
} from '@gemini-events/objects';
import type { Family, Result } from '@gemini-events/schemas';
import { createResultsConsumer } from '../consumer.ts';
import type { ResultEvent } from '../plan-output.ts';
import { createTimeLeft } from '../time-left.ts';
import { type FakeGemini, startFakeGemini } from './fake-gemini.ts';

/** Before each of the two tries after the first one. */
export const WAIT_MS = 1_000;
/** Longest output. */
export const MAX_BYTES = 64 * 1024 * 1024;
/** When the events of `testing/events.ts` occurred. */
const NOW = 1_700_000_000_000;

/** The consumer on a bench, with a fake Gemini API, a store in a new folder, and JSON in place of Avro. */
export interface Harness {
  readonly gemini: FakeGemini;
  readonly bench: TestBench;
  readonly consumer: Consumer<Family>;
  /** Announced results. */
  readonly published: readonly ProducerRecord[];
  readonly outcomes: readonly string[];
  /** Kafka is away from now on, or back. */
  setAway(error: Error | null): void;
  /** The consumer's clock, from when the events occurred. */
  setHoursLater(hours: number): void;
  handle(event: ResultEvent): Promise<void>;
  /** The store cannot be written any more. */
  spoilStore(): Promise<void>;
  /** The last state of the last event. */
  state(): string | undefined;
  /** Error code of the last dead letter. */
  errorCode(): string | undefined;
  /** The last announced result. */
  result(): Result;
  /** The manifest that it points to. */
  manifest(): Promise<Manifest>;
  /** Lines of the batch `batches/b1` with a key. */
  rows(key: string): Promise<readonly string[]>;
  /** The bytes that it points to. */
  storedText(): Promise<string>;
  /** Visible objects. */
  objects(): Promise<readonly string[]>;
  close(): Promise<void>;
}

export async function startHarness(): Promise<Harness> {
  const gemini = await startFakeGemini();
  const root = await mkdtemp(join(tmpdir(), 'results-'));
  const published: ProducerRecord[] = [];
  const outcomes: string[] = [];
  let away: Error | null = null;
  let hoursLater = 0;
  const now = (): number => NOW + hoursLater * 3_600_000;
  const { baseUrl } = gemini;
  const policy = { allowedHosts: ['files.example.com'], ownOrigins: [baseUrl] };
  const dispatcher = createDispatcher({ policy, idleTimeoutMs: 5_000, isBulk: true });
  const http = createHttpClient({ policy, dispatcher, totalTimeoutMs: 10_000 });
  const store = createFileStore({ root, instance: 'i' });
  const outputs = createOutputs(store);
  const manifestUri = (manifest: Manifest): string =>
    store.uriOf(manifestKey(outputPrefix(manifest)));
  const consumer = createResultsConsumer({
    gemini: createGemini({
      http,
      baseUrl,
      apiKey: () => 'secret-key',
      random: () => 0,
      resumeWaitMs: 1,
    }),
    outputs,
    maxBytes: MAX_BYTES,
    concurrency: 4,
    timeLeft: createTimeLeft(now),
    manifestUri,
    now,
    async publish(record) {
      if (away !== null) throw away;
      published.push(record);
    },
    encodeResult: (result) => Buffer.from(JSON.stringify(result)),
    topic: 'results',
    retryDelaysMs: [WAIT_MS, WAIT_MS],
    events: {
      settled: (outcome) => outcomes.push(outcome),
      stored: () => undefined,
      resumed: () => undefined,
    },
  });
  const bench = testConsumer(consumer);
  const result = (): Result => JSON.parse(published.at(-1)?.value.toString() ?? 'null') as Result;
  return {
    gemini,
    bench,
    consumer,
    published,
    outcomes,
    setAway(error) {
      away = error;
    },
    setHoursLater(hours) {
      hoursLater = hours;
    },
    handle: (event) => bench.deliver(event),
    async spoilStore() {
      await rm(root, { recursive: true });
      await writeFile(root, '');
    },
    state: () => bench.outcomes().at(-1)?.state,
    errorCode: () => bench.deadLetters().at(-1)?.code,
    result,
    async manifest() {
      const uri = result().manifest_uri ?? '';
      return JSON.parse(await readFile(fileURLToPath(uri), 'utf8')) as Manifest;
    },
    async rows(key) {
      const [manifest] = await outputs.ofJob('batches/b1');
      const rows = manifest === undefined ? [] : await outputs.rows(manifest, key);
      return rows.map((row) => row.toString());
    },
    storedText: () => readFile(fileURLToPath(result().object_uri), 'utf8'),
    objects: async () =>
      (await readdir(root, { recursive: true })).filter(
        (name) => !name.startsWith('.') && /-[0-9a-f]{64}\.(?:jsonl|json|md|mp4|png)$/.test(name),
      ),
    async close() {
      await http.close();
      await gemini.close();
      await rm(root, { recursive: true });
    },
  };
}
