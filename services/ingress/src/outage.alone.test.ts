import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { applyTopics } from '@gemini-events/kafka/admin';
import { createKafkaJs } from '@gemini-events/kafka/connection';
import { topicNames } from '@gemini-events/schemas';
import { type EmbeddedKafka, startKafka } from '@gemini-events/stack';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { deliver, startTestIngress, type TestIngress } from './test-kit.ts';

const PREFIX = 'outage';
const WORKERS = 20;

interface Seen {
  readonly id: string;
  readonly status: number;
  readonly retryAfter: string | null;
}

describe('an outage of Kafka under load', () => {
  let dataDir: string;
  let kafka: EmbeddedKafka;
  let ingress: TestIngress;

  /** Senders that go on and on; `seen` holds every answer in the order of arrival. */
  function load() {
    const seen: Seen[] = [];
    const run = randomUUID();
    const ending = new AbortController();
    const worker = async (number: number): Promise<void> => {
      for (let i = 0; !ending.signal.aborted; i += 1) {
        const id = `${run}-${number}-${i}`;
        const answer = await deliver(
          ingress.port,
          id,
          `{"type":"batch.failed","data":{"id":"b/${number}"}}`,
        );
        seen.push({ id, status: answer.status, retryAfter: answer.headers.get('retry-after') });
      }
    };
    const workers = Promise.all(Array.from({ length: WORKERS }, (_, number) => worker(number)));
    const stop = async (): Promise<void> => {
      ending.abort();
      await workers;
    };
    return { run, seen, stop };
  }

  const answered = (seen: readonly Seen[], status: number, count: number): Promise<void> => {
    const from = seen.length;
    return vi.waitFor(
      () =>
        expect(
          seen.slice(from).filter((answer) => answer.status === status).length,
        ).toBeGreaterThanOrEqual(count),
      { timeout: 30_000, interval: 20 },
    );
  };

  /** The webhook-ids of a run that the topic holds. */
  async function idsOnTopic(run: string): Promise<Set<string>> {
    const client = createKafkaJs({ clientId: 'test', brokers: [kafka.brokers] });
    const { deliveries } = topicNames(PREFIX);
    const admin = client.admin();
    await admin.connect();
    const ends = await admin.fetchTopicOffsets(deliveries);
    await admin.disconnect();
    const total = ends.reduce((sum, { high }) => sum + Number(high), 0);
    const ids: string[] = [];
    const consumer = client.consumer({ groupId: randomUUID() });
    await consumer.connect();
    await consumer.subscribe({ topic: deliveries, fromBeginning: true });
    await consumer.run({
      eachMessage: ({ message }) => {
        ids.push(String(message.headers?.['webhook-id']));
        return Promise.resolve();
      },
    });
    await vi.waitFor(() => expect(ids.length).toBeGreaterThanOrEqual(total), 30_000);
    await consumer.disconnect();
    return new Set(ids.filter((id) => id.startsWith(run)));
  }

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'ingress-outage-'));
    kafka = await startKafka({ dataDir });
    const client = createKafkaJs({ clientId: 'test', brokers: [kafka.brokers] });
    await applyTopics(client, { prefix: PREFIX, replicationFactor: 1, dryRun: false });
    ingress = await startTestIngress({
      brokers: [kafka.brokers],
      prefix: PREFIX,
      encode: ({ name }) => Buffer.from(name),
    });
    await vi.waitUntil(() => ingress.ready().ok, 15_000);
  }, 120_000);
  afterAll(async () => {
    await ingress?.stop();
    await kafka?.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  it.each([
    {
      what: 'a killed broker',
      down: () => kafka.crash(),
      up: () => kafka.restart(),
    },
    {
      what: 'a broker that hangs',
      down: () => Promise.resolve(kafka.signal('SIGSTOP')),
      up: () => Promise.resolve(kafka.signal('SIGCONT')),
    },
  ])(
    'by $what gives 503 with Retry-After and no 2xx, ends without a restart, and loses nothing',
    async ({ down, up }) => {
      const { run, seen, stop } = load();
      await answered(seen, 202, 200);
      await down();
      // Answers of the last acknowledged records may still be on their way.
      await answered(seen, 503, WORKERS);
      const outageFrom = seen.length;
      await answered(seen, 503, 200);
      expect(ingress.ready().ok).toBe(false);
      const whileDown = seen.slice(outageFrom);
      await up();
      await answered(seen, 202, 200);
      await vi.waitFor(() => expect(ingress.ready().ok).toBe(true), 10_000);
      await stop();

      expect(new Set(whileDown.map(({ status }) => status))).toEqual(new Set([503]));
      expect(whileDown.every(({ retryAfter }) => /^[1-5]$/.test(retryAfter ?? ''))).toBe(true);
      const stored = await idsOnTopic(run);
      const acknowledged = seen.filter(({ status }) => status === 202).map(({ id }) => id);
      expect(acknowledged.filter((id) => !stored.has(id))).toEqual([]);
    },
    120_000,
  );
});
