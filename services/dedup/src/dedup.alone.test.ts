import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HEADER } from '@gemini-events/events';
import { applyTopics } from '@gemini-events/kafka/admin';
import { createKafkaJs } from '@gemini-events/kafka/connection';
import type { RecordFeed } from '@gemini-events/kafka/feed';
import { topicNames } from '@gemini-events/schemas';
import { type EmbeddedKafka, startKafka } from '@gemini-events/stack';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  deliver as deliverTo,
  endService,
  type ServiceProcess,
  startService,
} from './testing/service-process.ts';
import { subscribe } from './testing/subscribe.ts';

const SOON = { timeout: 60_000, interval: 50 };
const topics = topicNames('gemini');

describe('the dedup service', () => {
  let dataDir: string;
  let broker: EmbeddedKafka;
  let reader: RecordFeed;
  const services: ServiceProcess[] = [];
  /**
   * webhook-ids on the output as a read_committed reader sees them, by where they stand: the reader
   * itself may read a record again after an outage.
   */
  const published = new Map<string, string>();
  const connection = () => ({ clientId: 'test', brokers: [broker.brokers] });

  async function start(): Promise<ServiceProcess> {
    const service = await startService({ KAFKA_BROKERS: broker.brokers, INSTANCE_ID: 'i1' });
    services.push(service);
    return service;
  }
  const becomes = (service: ServiceProcess, ok: boolean): Promise<void> =>
    vi.waitFor(async () => expect(await service.ready()).toMatchObject({ ok }), SOON);
  const deliver = (...ids: readonly string[]): Promise<void> =>
    deliverTo(broker.brokers, topics.deliveries, ids);
  const publishedAre = (ids: readonly string[]): Promise<void> =>
    vi.waitFor(() => expect([...published.values()].sort()).toEqual([...ids].sort()), SOON);

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'dedup-'));
    broker = await startKafka({ dataDir });
    reader = subscribe(
      connection(),
      topics.events('batch'),
      ({ partition, offset, headers }) =>
        void published.set(`${partition}-${offset}`, String(headers[HEADER.webhookId])),
    );
  }, 180_000);
  afterEach(() => {
    for (const { child } of services.splice(0)) child.kill('SIGKILL');
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
    expect(await endService(service)).toBe(0);
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
      expect(await endService(service)).toBe(0);
    },
    180_000,
  );

  it('waits for a broker that is away at its start, and begins when it is there', async () => {
    await broker.crash();
    const service = await start();
    await vi.waitFor(async () => {
      expect((await service.ready()).detail).toContain('ERR_KAFKA_UNAVAILABLE');
    }, SOON);
    await broker.restart();
    await becomes(service, true);
    expect(await endService(service)).toBe(0);
  }, 180_000);

  it('ends with exit code 0 when told to while the broker is hanging', async () => {
    const service = await start();
    await becomes(service, true);
    broker.signal('SIGSTOP');
    try {
      await becomes(service, false);
      expect(await endService(service)).toBe(0);
    } finally {
      broker.signal('SIGCONT');
    }
  }, 180_000);

  // The last one: the broker stays away.
  it('ends with exit code 0 when told to while the broker is killed', async () => {
    const service = await start();
    await becomes(service, true);
    await reader.stop();
    await broker.crash();
    await becomes(service, false);
    expect(await endService(service)).toBe(0);
  }, 180_000);
});
