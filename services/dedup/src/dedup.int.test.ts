import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { HEADER } from '@gemini-events/events';
import {
  applyTopics,
  consumeRecords,
  createKafkaJs,
  type RecordConsumer,
} from '@gemini-events/kafka';
import { topicNames } from '@gemini-events/schemas';
import { type EmbeddedKafka, startKafka } from '@gemini-events/stack';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));
const SOON = { timeout: 40_000, interval: 50 };
const topics = topicNames('gemini');

interface Service {
  readonly child: ChildProcess;
  readonly ready: () => Promise<{ readonly ok: boolean; readonly detail: string }>;
}

describe('the dedup service', () => {
  let dataDir: string;
  let broker: EmbeddedKafka;
  let reader: RecordConsumer;
  const children: ChildProcess[] = [];
  /**
   * webhook-ids on the output as a read_committed reader sees them, by where they stand: the reader
   * itself may read a record again after an outage.
   */
  const published = new Map<string, string>();
  const connection = () => ({ clientId: 'test', brokers: [broker.brokers] });

  /** Starts the process; resolves when it says on which port its admin server is. */
  async function start(): Promise<Service> {
    const child = spawn(process.execPath, [MAIN], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { KAFKA_BROKERS: broker.brokers, INSTANCE_ID: 'i1' },
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
      ready: async () => {
        const response = await fetch(`http://127.0.0.1:${port}/readyz`);
        return (await response.json()) as { ok: boolean; detail: string };
      },
    };
  }
  const becomes = (service: Service, ok: boolean): Promise<void> =>
    vi.waitFor(async () => expect(await service.ready()).toMatchObject({ ok }), SOON);

  async function end(child: ChildProcess): Promise<number | null> {
    const exit = once(child, 'exit') as Promise<[number | null]>;
    child.kill('SIGTERM');
    return (await exit)[0];
  }

  async function deliver(...ids: readonly string[]): Promise<void> {
    const producer = createKafkaJs(connection()).producer();
    await producer.connect();
    const messages = ids.map((id) => ({
      key: id,
      value: id,
      headers: {
        [HEADER.webhookId]: id,
        [HEADER.source]: 'default',
        [HEADER.route]: 'batch',
        [HEADER.bodyDigest]: '0'.repeat(32),
      },
    }));
    await producer.send({ topic: topics.deliveries, messages });
    await producer.disconnect();
  }
  const publishedAre = (ids: readonly string[]): Promise<void> =>
    vi.waitFor(() => expect([...published.values()].sort()).toEqual([...ids].sort()), SOON);

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'dedup-'));
    broker = await startKafka({ dataDir });
    reader = consumeRecords({
      connection: connection(),
      groupId: randomUUID(),
      topics: [topics.events('batch')],
      handle: async ({ partition, offset, headers }) =>
        void published.set(`${partition}-${offset}`, String(headers[HEADER.webhookId])),
      onFailure: () => undefined,
    });
  }, 120_000);
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
  });
  afterAll(async () => {
    await reader?.stop();
    await broker?.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  it('is unready and says why while its topics are missing, and begins when they are made', async () => {
    const service = await start();
    await vi.waitFor(async () => {
      const { ok, detail } = await service.ready();
      expect(ok).toBe(false);
      expect(detail).toContain('ERR_KAFKA_TOPIC_MISSING');
      expect(detail).toContain('gemini.deliveries is missing');
      expect(detail).toContain('gemini-events topics apply');
    }, SOON);
    const kafka = createKafkaJs(connection());
    await applyTopics(kafka, { prefix: 'gemini', replicationFactor: 1, dryRun: false });
    await becomes(service, true);
    await deliver('a', 'b', 'a');
    await publishedAre(['a', 'b']);
    expect(await end(service.child)).toBe(0);
  });

  it.each([
    { what: 'killed', down: () => broker.crash(), up: () => broker.restart(), ids: ['c', 'd'] },
    {
      what: 'hanging',
      down: () => Promise.resolve(broker.signal('SIGSTOP')),
      up: () => Promise.resolve(broker.signal('SIGCONT')),
      ids: ['e', 'f'],
    },
  ])(
    'is unready while the broker is $what, recovers without a restart, and publishes once',
    async ({ down, up, ids }) => {
      const before = [...published.values()];
      const [early = '', late = ''] = ids;
      const service = await start();
      await becomes(service, true);
      await deliver(early);
      await publishedAre([...before, early]);
      await down();
      await becomes(service, false);
      expect(service.child.exitCode).toBe(null);
      await up();
      await becomes(service, true);
      await deliver(early, late);
      await publishedAre([...before, early, late]);
      expect(await end(service.child)).toBe(0);
    },
    120_000,
  );

  it('ends with exit code 0 when told to while the broker is hanging', async () => {
    const service = await start();
    await becomes(service, true);
    broker.signal('SIGSTOP');
    try {
      await becomes(service, false);
      expect(await end(service.child)).toBe(0);
    } finally {
      broker.signal('SIGCONT');
    }
  }, 120_000);

  // The last one: the broker stays away.
  it('ends with exit code 0 when told to while the broker is killed', async () => {
    const service = await start();
    await becomes(service, true);
    await reader.stop();
    await broker.crash();
    await becomes(service, false);
    expect(await end(service.child)).toBe(0);
  }, 120_000);
});
