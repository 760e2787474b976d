import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { applyTopics, withAdmin } from '@gemini-events/kafka/admin';
import { createDecoder, createEncoder, createRegistry } from '@gemini-events/kafka/codec';
import { createKafkaJs } from '@gemini-events/kafka/connection';
import { type ConsumedRecord, createRecordFeed } from '@gemini-events/kafka/feed';
import { type BatchEvent, type Result, topicNames } from '@gemini-events/schemas';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { batchEvent } from './testing/events.ts';
import {
  batch,
  bytes,
  downloadPath,
  type FakeGemini,
  row,
  startFakeGemini,
  status,
  truncated,
} from './testing/fake-gemini.ts';

const stack = inject('stack');
const prefix = `results-${randomUUID().slice(0, 8)}`;
const topics = topicNames(prefix);
const connection = { clientId: 'test', brokers: stack.kafkaBrokers.split(',') };
const kafka = createKafkaJs(connection);
const registry = createRegistry({ SCHEMA_REGISTRY_URL: stack.schemaRegistryUrl });
const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));
const SOON = { timeout: 40_000, interval: 50 };
const STORED = 'results_outputs_total{outcome="stored"}';
const LINES = row('k1').repeat(10_000);

interface Service {
  readonly child: ChildProcess;
  readonly get: (path: string) => Promise<{ readonly status: number; readonly text: string }>;
}

describe('the results consumer on Kafka and a schema registry', () => {
  let gemini: FakeGemini;
  let dir = '';
  const children: ChildProcess[] = [];

  /** Starts the process; resolves when it says on which port its admin server is. */
  async function start(environment: Readonly<Record<string, string>> = {}): Promise<Service> {
    const child = spawn(process.execPath, [MAIN], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {
        HOME: process.env['HOME'],
        KAFKA_BROKERS: stack.kafkaBrokers,
        SCHEMA_REGISTRY_URL: stack.schemaRegistryUrl,
        TOPIC_PREFIX: prefix,
        DATABASE_URL: stack.databaseUrl,
        INSTANCE_ID: 'i1',
        GEMINI_BASE_URL: gemini.baseUrl,
        GEMINI_API_KEY: 'secret-key',
        RESULTS_DIR: dir,
        RESULTS_RETRY_DELAYS_MS: '50,50',
        ...environment,
      },
    });
    children.push(child);
    const port = await new Promise<number>((resolve, reject) => {
      child.once('exit', (code) => reject(new Error(`ended with code ${code} at its start`)));
      createInterface({ input: child.stdout }).on('line', (line) => {
        const { adminPort } = JSON.parse(line) as { adminPort?: number };
        if (adminPort !== undefined) resolve(adminPort);
      });
    });
    return {
      child,
      get: async (path) => {
        const response = await fetch(`http://127.0.0.1:${port}${path}`);
        return { status: response.status, text: await response.text() };
      },
    };
  }
  const ready = (service: Service): Promise<void> =>
    vi.waitFor(async () => expect((await service.get('/readyz')).status).toBe(200), SOON);
  const counted = (service: Service, sample: string, count: number): Promise<void> =>
    vi.waitFor(async () => {
      const { text } = await service.get('/metrics');
      expect(text).toContain(`gemini_events_${sample} ${count}\n`);
    }, SOON);
  const kill = async (child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> => {
    const exit = once(child, 'exit') as Promise<[number | null]>;
    child.kill(signal);
    return (await exit)[0];
  };

  async function publish(...events: readonly BatchEvent[]): Promise<void> {
    const encode = createEncoder(await registry.lookupSchemaIds(prefix, ['BatchEvent']));
    const producer = kafka.producer();
    await producer.connect();
    const messages = events.map((value) => ({
      key: value.resource_id,
      value: encode({ name: 'BatchEvent', value }),
      headers: { ce_id: value.event_id, traceparent: 'as it was' },
    }));
    await producer.send({ topic: topics.events('batch'), messages });
    await producer.disconnect();
  }

  /** All records of a topic, by its end offsets. */
  async function readAll(topic: string): Promise<readonly ConsumedRecord[]> {
    const offsets = await withAdmin(kafka, (admin) => admin.fetchTopicOffsets(topic));
    const count = offsets.reduce((sum, { high }) => sum + Number(high), 0);
    const seen: ConsumedRecord[] = [];
    const nothing = (): void => undefined;
    const feed = createRecordFeed({
      connection,
      groupId: randomUUID(),
      topics: [topic],
      open: async () => ({
        take: (records) => void seen.push(...records),
        drained: async () => undefined,
      }),
      events: { joined: nothing, forced: nothing, failed: nothing, gap: nothing },
    });
    feed.start();
    await vi.waitFor(() => expect(seen.length).toBeGreaterThanOrEqual(count), SOON);
    await feed.stop();
    return seen;
  }
  async function results(): Promise<readonly Result[]> {
    const decoder = createDecoder(registry);
    const records = await readAll(topics.results);
    const decoded = await Promise.all(
      records.map(({ value }) => decoder.decode(value ?? Buffer.alloc(0))),
    );
    return decoded.flatMap((each) => (each.name === 'Result' ? [each.value] : []));
  }
  const objects = async (): Promise<readonly string[]> =>
    (await readdir(dir, { recursive: true })).filter((name) => /^outputs\/.*\.jsonl$/.test(name));

  beforeAll(async () => {
    gemini = await startFakeGemini();
    dir = await mkdtemp(join(tmpdir(), 'results-'));
    await applyTopics(kafka, { prefix, dryRun: false });
    await registry.applySchemas(prefix, { dryRun: false });
  });
  afterEach(() =>
    Promise.all(
      children
        .splice(0)
        .filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null)
        .map((child) => kill(child, 'SIGKILL')),
    ),
  );
  afterAll(async () => {
    await withAdmin(kafka, async (admin) => {
      const own = (await admin.listTopics()).filter((topic) => topic.startsWith(`${prefix}.`));
      await admin.deleteTopics({ topics: own });
    });
    await gemini.close();
    await rm(dir, { recursive: true });
  });

  it('stores and announces an output once, though its event comes twice and the process is killed', async () => {
    gemini.on('/v1beta/batches/b1', batch('batches/b1', 'files/batch-b1'));
    // The first download breaks off: tried again, its half is never seen.
    gemini.on(downloadPath('files/batch-b1'), truncated(LINES), bytes(LINES));
    const first = await start();
    await ready(first);
    await publish(batchEvent());
    await counted(first, 'consumer_events_total{state="done"}', 1);
    await kill(first.child, 'SIGKILL');

    await publish(batchEvent(), batchEvent({ event_id: 'msg_again' }));
    const second = await start();
    // The last of its key. The inbox knows the other, also where its first offset was not committed.
    await counted(second, 'consumer_events_total{state="skipped"}', 1);
    const { text } = await second.get('/metrics');
    expect(text).toMatch(/consumer_events_total\{state="repeat"\} [12]\n/);
    expect(text).toContain('results_outputs_total{outcome="repeat"} 1\n');
    expect(await kill(second.child, 'SIGTERM')).toBe(0);

    const downloads = gemini.requests.filter((path) => path === downloadPath('files/batch-b1'));
    expect(downloads).toHaveLength(2);
    expect(await objects()).toHaveLength(1);
    const [result, ...more] = await results();
    expect(more).toEqual([]);
    expect(result).toMatchObject({
      event_id: 'msg_1',
      resource_id: 'batches/b1',
      size_bytes: LINES.length,
      sha256: createHash('sha256').update(LINES).digest('hex'),
    });
    expect(await readFile(fileURLToPath(result?.object_uri ?? ''), 'utf8')).toBe(LINES);
  });

  it('gives up on an event with a dead letter that tells all, and goes on', async () => {
    gemini.on('/v1beta/batches/b2', status(500));
    gemini.on('/v1beta/batches/b3', batch('batches/b3', 'files/batch-b3'));
    gemini.on(downloadPath('files/batch-b3'), bytes(row('k1')));
    const service = await start();
    await publish(batchEvent({ event_id: 'msg_2', resource_id: 'batches/b2' }));
    await publish(batchEvent({ event_id: 'msg_3', resource_id: 'batches/b3' }));
    await counted(service, 'consumer_events_total{state="dead_lettered"}', 1);
    await counted(service, STORED, 1);
    const [letter, ...more] = await readAll(topics.dlq('results'));
    expect(more).toEqual([]);
    expect(letter?.key?.toString()).toBe('batches/b2');
    const headers = Object.entries(letter?.headers ?? {}).map(
      ([name, value]) => [name, value.toString()] as const,
    );
    expect(Object.fromEntries(headers)).toEqual({
      ce_id: 'msg_2',
      traceparent: 'as it was',
      'dlq-topic': topics.events('batch'),
      'dlq-partition': expect.stringMatching(/^\d+$/) as string,
      'dlq-offset': expect.stringMatching(/^\d+$/) as string,
      'dlq-timestamp': expect.stringMatching(/^\d{4}-.*Z$/) as string,
      'dlq-consumer': 'results',
      'dlq-attempts': '3',
      'dlq-first-failure': expect.stringMatching(/^\d{4}-.*Z$/) as string,
      'dlq-last-failure': expect.stringMatching(/^\d{4}-.*Z$/) as string,
      'dlq-error-code': 'ERR_GEMINI_UNAVAILABLE',
      'dlq-error-message': 'the Gemini API answered 500: /v1beta/batches/b2',
    });
    const decoded = await createDecoder(registry).decode(letter?.value ?? Buffer.alloc(0));
    expect(decoded).toMatchObject({ name: 'BatchEvent', value: { event_id: 'msg_2' } });
  });

  it('says which topics are missing', async () => {
    const service = await start({ TOPIC_PREFIX: `${prefix}-none` });
    await vi.waitFor(async () => {
      const { status: code, text } = await service.get('/readyz');
      expect(code).toBe(503);
      expect(text).toContain('ERR_KAFKA_TOPIC_MISSING');
      expect(text).toContain(`${prefix}-none.events.batch is missing`);
    }, SOON);
  });

  it('stays up, unready, while Kafka, the registry and Gemini are away, and ends when told to', async () => {
    const nowhere = 'http://127.0.0.1:1';
    const service = await start({
      KAFKA_BROKERS: '127.0.0.1:1',
      SCHEMA_REGISTRY_URL: nowhere,
      GEMINI_BASE_URL: nowhere,
    });
    expect((await service.get('/livez')).status).toBe(200);
    expect((await service.get('/readyz')).status).toBe(503);
    expect(await kill(service.child, 'SIGTERM')).toBe(0);
  });
});
