import { randomUUID } from 'node:crypto';
import { applyTopics } from '@gemini-events/kafka/admin';
import { createDecoder, createRegistry } from '@gemini-events/kafka/codec';
import { createKafkaJs } from '@gemini-events/kafka/connection';
import { topicNames } from '@gemini-events/schemas';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import type { Ingress } from './ingress.ts';
import { deliver, startTestIngress, type TestIngress } from './test-kit.ts';

const stack = inject('stack');
const brokers = stack.kafkaBrokers.split(',');
const prefix = `ingress-${randomUUID().slice(0, 8)}`;
const { deliveries } = topicNames(prefix);
const registry = createRegistry({ SCHEMA_REGISTRY_URL: stack.schemaRegistryUrl });
const kafka = createKafkaJs({ clientId: 'test', brokers });

describe('the ingress on Kafka and a schema registry', () => {
  const running: (() => Promise<void>)[] = [];

  async function start(
    more: { readonly brokers?: readonly string[]; readonly registryUrl?: string } = {},
  ): Promise<TestIngress> {
    const ingress = await startTestIngress({
      brokers: more.brokers ?? brokers,
      registryUrl: more.registryUrl ?? stack.schemaRegistryUrl,
      prefix,
    });
    running.push(ingress.stop);
    return ingress;
  }

  const ready = (ingress: Ingress): Promise<void> =>
    vi.waitFor(() => expect(ingress.ready()).toEqual({ ok: true, detail: 'connected' }), 15_000);

  async function recordsOnTopic(): Promise<number> {
    const admin = kafka.admin();
    await admin.connect();
    const offsets = await admin.fetchTopicOffsets(deliveries);
    await admin.disconnect();
    return offsets.reduce((sum, { high }) => sum + Number(high), 0);
  }

  beforeAll(async () => {
    await applyTopics(kafka, { prefix, dryRun: false });
    await registry.applySchemas(prefix, { dryRun: false });
  });
  afterEach(async () => {
    for (const stop of running.splice(0)) await stop();
  });
  afterAll(async () => {
    const admin = kafka.admin();
    await admin.connect();
    const topics = (await admin.listTopics()).filter((topic) => topic.startsWith(`${prefix}.`));
    await admin.deleteTopics({ topics });
    await admin.disconnect();
  });

  it('has the record on the topic, key, headers and Avro value, when it answers 202', async () => {
    const ingress = await start();
    await ready(ingress);
    const body = '{"type":"batch.succeeded","data":{"id":"batches/ü1"},"user_metadata":{"a":"b"}}';
    const answer = await deliver(ingress.port, 'msg_1', body);
    expect(answer.status).toBe(202);
    expect(await recordsOnTopic()).toBe(1);

    const consumer = kafka.consumer({ groupId: randomUUID() });
    await consumer.connect();
    await consumer.subscribe({ topic: deliveries, fromBeginning: true });
    const { message } = await new Promise<{
      message: { key: Buffer | null; value: Buffer | null; headers?: Record<string, unknown> };
    }>((resolve, reject) => {
      const run = consumer.run({ eachMessage: (payload) => Promise.resolve(resolve(payload)) });
      run.catch(reject);
    });
    await consumer.disconnect();
    const headers = Object.fromEntries(
      Object.entries(message.headers ?? {}).map(([name, value]) => [name, String(value)]),
    );
    expect(message.key?.toString()).toBe('batches/ü1');
    expect(headers).toMatchObject({
      'webhook-id': 'msg_1',
      'gemini-source': 'default',
      'gemini-scheme': 'v1',
      'gemini-route': 'batch',
      'gemini-body-digest': expect.stringMatching(/^[0-9a-f]{32}$/) as string,
      ce_specversion: '1.0',
      ce_type: 'batch.succeeded',
      ce_subject: 'batches/ü1',
      'content-type': 'application/avro',
    });
    const decoded = await createDecoder(registry).decode(message.value ?? Buffer.alloc(0));
    expect(decoded).toMatchObject({
      name: 'BatchEvent',
      value: { event_id: 'msg_1', labels: { team: 'x' }, trust: 'project', payload: body },
    });
  });

  it('publishes nothing that does not verify', async () => {
    const ingress = await start();
    await ready(ingress);
    const before = await recordsOnTopic();
    const answer = await fetch(`http://127.0.0.1:${ingress.port}/webhooks/gemini`, {
      method: 'POST',
      headers: {
        'webhook-id': 'msg_2',
        'webhook-timestamp': String(Math.floor(Date.now() / 1_000)),
        'webhook-signature': `v1,${Buffer.alloc(32).toString('base64')}`,
      },
      body: '{}',
    });
    expect([answer.status, await recordsOnTopic()]).toEqual([401, before]);
    expect(await ingress.metricsText()).toContain(
      'deliveries_total{source="default",verdict="refused",reason="signature_wrong",scheme="none",type="none"} 1',
    );
  });

  it('starts without Kafka and registry, stays up, and answers 503 with Retry-After', async () => {
    const ingress = await start({ brokers: ['127.0.0.1:9'], registryUrl: 'http://127.0.0.1:9' });
    expect(ingress.ready().ok).toBe(false);
    const answer = await deliver(
      ingress.port,
      'msg_3',
      '{"type":"batch.failed","data":{"id":"b"}}',
    );
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toMatch(/^[1-5]$/);
  });

  it('answers every delivery that it took before it stops', async () => {
    const ingress = await start();
    await ready(ingress);
    const before = await recordsOnTopic();
    const answers = Array.from({ length: 50 }, (_, i) =>
      deliver(ingress.port, `msg_stop_${i}`, `{"type":"batch.failed","data":{"id":"s${i}"}}`).then(
        ({ status }) => status,
        () => null,
      ),
    );
    await vi.waitFor(async () => {
      const text = await ingress.metricsText();
      expect(text).toContain('verdict="accepted"');
    });
    await ingress.stop();
    const statuses = await Promise.all(answers);
    const accepted = statuses.filter((status) => status === 202).length;
    expect(accepted).toBeGreaterThan(0);
    // What was answered is there; what was cut off may be there too.
    expect(await recordsOnTopic()).toBeGreaterThanOrEqual(before + accepted);
  });
});
