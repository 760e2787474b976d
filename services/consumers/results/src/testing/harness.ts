import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ConsumedRecord, DecodedRecord, ProducerRecord } from '@gemini-events/kafka';
import type { BatchEvent, Result } from '@gemini-events/schemas';
import { createGeminiClient } from '../gemini/client.ts';
import { type Adapters, handleRecord } from '../handle-record.ts';
import type { Outcome } from '../internal-events.ts';
import type { ResultEvent } from '../plan-output.ts';
import { createOutputStore } from '../store/output-store.ts';
import { type FakeGemini, startFakeGemini } from './fake-gemini.ts';

/** A signal that nobody aborts. */
export const never = new AbortController().signal;

/** The handler with a fake Gemini API, a store in a new folder, and JSON in place of Avro. */
export interface Harness {
  readonly gemini: FakeGemini;
  readonly published: readonly ProducerRecord[];
  readonly outcomes: readonly Outcome[];
  /** Waits before the tries after the first one, in milliseconds. */
  readonly retries: readonly number[];
  adapters(changes?: Partial<Adapters>): Adapters;
  handle(event: ResultEvent, changes?: Partial<Adapters>): Promise<void>;
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

export function recordOf(event: ResultEvent): ConsumedRecord {
  return {
    topic: 'events',
    partition: 3,
    offset: 17n,
    timestamp: 1_700_000_000_000,
    key: Buffer.from(event.resource_id),
    value: Buffer.from(JSON.stringify(event)),
    headers: { ce_id: Buffer.from(event.event_id) },
  };
}

export async function startHarness(): Promise<Harness> {
  const gemini = await startFakeGemini();
  const root = await mkdtemp(join(tmpdir(), 'results-'));
  const published: ProducerRecord[] = [];
  const outcomes: Outcome[] = [];
  const retries: number[] = [];
  const client = createGeminiClient({
    baseUrl: gemini.baseUrl,
    apiKey: () => 'secret-key',
    idleTimeoutMs: 5_000,
    totalTimeoutMs: 10_000,
    now: Date.now,
  });
  const adapters = (changes: Partial<Adapters> = {}): Adapters => ({
    decoder: {
      decode: async (bytes): Promise<DecodedRecord> => {
        const value = JSON.parse(bytes.toString()) as BatchEvent;
        return { name: 'BatchEvent', value, schemaId: 1 };
      },
    },
    client,
    store: createOutputStore({ root, instance: 'i', now: Date.now }),
    producer: { publish: async (record) => void published.push(record) },
    encodeResult: () => (result) => Buffer.from(JSON.stringify(result)),
    topics: { results: 'results', deadLetters: 'dlq' },
    retry: { maxAttempts: 3, firstWaitMs: 1 },
    now: Date.now,
    random: () => 0,
    events: {
      settled: (outcome) => outcomes.push(outcome),
      storedBytes: () => undefined,
      failed: (_, decision) => {
        if (decision.kind === 'again') retries.push(decision.waitMs);
      },
      blocked: () => undefined,
      schemasAwaited: () => undefined,
      topicsAwaited: () => undefined,
      kafkaConnected: () => undefined,
      kafkaLost: () => undefined,
    },
    ...changes,
  });
  const result = (): Result => JSON.parse(published.at(-1)?.value.toString() ?? 'null') as Result;
  return {
    gemini,
    published,
    outcomes,
    retries,
    adapters,
    handle: (event, changes = {}) =>
      handleRecord(adapters(changes), recordOf(event), { draining: never, signal: never }),
    errorCode: () => published.at(-1)?.headers['dlq-error-code'],
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
