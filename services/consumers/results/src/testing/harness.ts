import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Consumer } from '@gemini-events/consumer';
import { type TestBench, testConsumer } from '@gemini-events/consumer/testing';
import type { ProducerRecord } from '@gemini-events/kafka';
import type { Family, Result } from '@gemini-events/schemas';
import { createResultsConsumer } from '../consumer.ts';
import { createGeminiClient } from '../gemini/client.ts';
import type { ResultEvent } from '../plan-output.ts';
import { createOutputStore } from '../store/output-store.ts';
import { type FakeGemini, startFakeGemini } from './fake-gemini.ts';

/** Before each of the two tries after the first one. */
export const WAIT_MS = 1_000;

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
  handle(event: ResultEvent): Promise<void>;
  /** The last state of the last event. */
  state(): string | undefined;
  /** Error code of the last dead letter. */
  errorCode(): string | undefined;
  /** The last announced result. */
  result(): Result;
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
  const client = createGeminiClient({
    baseUrl: gemini.baseUrl,
    apiKey: () => 'secret-key',
    idleTimeoutMs: 5_000,
    totalTimeoutMs: 10_000,
  });
  const consumer = createResultsConsumer({
    client,
    store: createOutputStore({ root, instance: 'i', now: Date.now }),
    async publish(record) {
      if (away !== null) throw away;
      published.push(record);
    },
    encodeResult: (result) => Buffer.from(JSON.stringify(result)),
    topic: 'results',
    retryDelaysMs: [WAIT_MS, WAIT_MS],
    events: { settled: (outcome) => outcomes.push(outcome), storedBytes: () => undefined },
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
    handle: (event) => bench.deliver(event),
    state: () => bench.outcomes().at(-1)?.state,
    errorCode: () => bench.deadLetters().at(-1)?.code,
    result,
    storedText: () => readFile(fileURLToPath(result().object_uri), 'utf8'),
    objects: async () =>
      (await readdir(root, { recursive: true })).filter((name) => name.includes('output-')),
    async close() {
      await client.close();
      await gemini.close();
      await rm(root, { recursive: true });
    },
  };
}
