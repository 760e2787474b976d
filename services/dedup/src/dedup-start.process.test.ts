import { randomUUID } from 'node:crypto';
import { HEADER } from '@gemini-events/events';
import { applyTopics, withAdmin } from '@gemini-events/kafka/admin';
import { createKafkaJs } from '@gemini-events/kafka/connection';
import type { RecordFeed } from '@gemini-events/kafka/feed';
import { topicNames } from '@gemini-events/schemas';
import { afterEach, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import {
  deliver,
  endService,
  type ServiceProcess,
  startService,
} from './testing/service-process.ts';
import { subscribe } from './testing/subscribe.ts';

const brokers = inject('stack').kafkaBrokers;
const kafka = createKafkaJs({ clientId: 'test', brokers: brokers.split(',') });
const SOON = { timeout: 40_000, interval: 50 };
const HOUR_MS = 3_600_000;
/** ConfigResourceTypes.TOPIC of kafkajs, which is not imported here. */
const TOPIC = 2 as never;

describe('a start of dedup', () => {
  let prefix = '';
  let reader: RecordFeed;
  let published: string[] = [];
  const services: ServiceProcess[] = [];

  async function start(env: NodeJS.ProcessEnv = {}): Promise<ServiceProcess> {
    const service = await startService({
      KAFKA_BROKERS: brokers,
      TOPIC_PREFIX: prefix,
      INSTANCE_ID: 'i1',
      ...env,
    });
    services.push(service);
    return service;
  }
  const becomesReady = (service: ServiceProcess): Promise<void> =>
    vi.waitFor(async () => expect(await service.ready()).toMatchObject({ ok: true }), SOON);
  const publishedAre = (...ids: readonly string[]): Promise<void> =>
    vi.waitFor(() => expect(published.toSorted()).toEqual(ids), SOON);
  const deliveries = (...ids: readonly string[]): Promise<void> =>
    deliver(brokers, topicNames(prefix).deliveries, ids);

  async function setRetention(milliseconds: number): Promise<void> {
    const configEntries = [
      { name: 'cleanup.policy', value: 'delete' },
      { name: 'retention.ms', value: String(milliseconds) },
    ];
    const name = topicNames(prefix).changelog;
    await withAdmin(kafka, (admin) =>
      admin.alterConfigs({
        validateOnly: false,
        resources: [{ type: TOPIC, name, configEntries }],
      }),
    );
  }

  beforeEach(async () => {
    prefix = `start-${randomUUID()}`;
    published = [];
    await applyTopics(kafka, { prefix, replicationFactor: 1, dryRun: false });
    reader = subscribe(
      { clientId: 'test', brokers: brokers.split(',') },
      topicNames(prefix).events('batch'),
      ({ headers }) => void published.push(String(headers[HEADER.webhookId])),
    );
  });
  afterEach(async () => {
    for (const { child } of services.splice(0)) child.kill('SIGKILL');
    await reader.stop();
  });

  it('is the first: it begins at the earliest delivery', async () => {
    await deliveries('a', 'b', 'a');
    const service = await start();
    await publishedAre('a', 'b');
    expect(await endService(service)).toBe(0);
  });

  it('is refused with the reason while the changelog is kept shorter than the window', async () => {
    await setRetention(HOUR_MS);
    await deliveries('a');
    const service = await start();
    expect(await service.exited).toBe(78);
    const last = service.log.at(-1) ?? '';
    expect(last).toContain('ERR_DEDUP_CHANGELOG_RETENTION');
    expect(last).toContain(`${prefix}.dedup.changelog keeps its records for 1 h`);
    expect(published).toEqual([]);

    await setRetention(48 * HOUR_MS);
    await becomesReady(await start());
    await publishedAre('a');
  });

  it('is refused when the offsets of its group are gone, unless it is told to begin anew', async () => {
    const first = await start();
    await deliveries('a', 'b');
    await publishedAre('a', 'b');
    expect(await endService(first)).toBe(0);
    await withAdmin(kafka, (admin) => admin.deleteGroups([`${prefix}.dedup`]));

    const second = await start();
    expect(await second.exited).toBe(1);
    expect(second.log.at(-1)).toContain('ERR_DEDUP_OFFSETS_LOST');

    const third = await start({ DEDUP_ALLOW_OFFSET_RESET: 'true' });
    await becomesReady(third);
    await deliveries('c');
    await publishedAre('a', 'b', 'c');
    expect(await endService(third)).toBe(0);
  });

  it('knows after a restart what was published, and shows its state as metrics', async () => {
    const first = await start();
    await deliveries('a');
    await publishedAre('a');
    first.child.kill('SIGKILL');
    await first.exited;

    const second = await start();
    await deliveries('a', 'b');
    await publishedAre('a', 'b');
    await vi.waitFor(async () => {
      const metrics = await second.metrics();
      expect(metrics).toContain('gemini_events_dedup_duplicates_total{key="webhook_id"} 1');
      expect(metrics).toContain('gemini_events_dedup_partitions{state="running"} 12');
      expect(metrics).toContain('gemini_events_dedup_store_ids 2');
      expect(metrics).toMatch(/gemini_events_dedup_lag_records\{partition="0"\} 0/);
    }, SOON);
  });
});
