import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createDecoder, createRegistry } from '@gemini-events/kafka/codec';
import { createKafkaJs } from '@gemini-events/kafka/connection';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { deliverSigned } from '../kit/deliver.ts';
import { type IngressBed, openIngressBed } from '../kit/ingress-bed.ts';

const stack = inject('stack');
const bytes = randomBytes(32);
const secret = `whsec_${bytes.toString('base64')}`;

let bed: IngressBed;
let registry: Server;
let SCHEMA_REGISTRY_URL: string;

/** A registry that can be ended: hands everything on to the one of the stack. */
beforeAll(async () => {
  bed = await openIngressBed('registry-away', stack);
  registry = createServer((request, answer) => {
    const url = new URL(request.url ?? '', 'http://x');
    void (async () => {
      const base = stack.schemaRegistryUrl.replace(/\/$/, '');
      const parts: Buffer[] = [];
      for await (const part of request) parts.push(part as Buffer);
      const { method = 'GET' } = request;
      const found = await fetch(`${base}${url.pathname}${url.search}`, {
        method,
        headers: { 'content-type': request.headers['content-type'] ?? 'application/json' },
        ...(method === 'GET' ? {} : { body: Buffer.concat(parts) }),
      });
      answer.writeHead(found.status, { 'content-type': 'application/json' });
      answer.end(Buffer.from(await found.arrayBuffer()));
    })();
  });
  await new Promise<void>((resolve) => registry.listen(0, '127.0.0.1', resolve));
  SCHEMA_REGISTRY_URL = `http://127.0.0.1:${(registry.address() as AddressInfo).port}`;
});
afterAll(async () => {
  registry.close();
  await bed?.close();
});

it('an ingress that starts while the registry is away writes records by the ids of an earlier start', async () => {
  const env = { SCHEMA_REGISTRY_URL, GEMINI_WEBHOOK_SECRETS: secret };
  const first = await bed.start(env);
  first.kill('SIGTERM');
  expect(await first.exited).toBe(0);
  registry.closeAllConnections();
  registry.close();
  await expect(fetch(SCHEMA_REGISTRY_URL)).rejects.toThrow('fetch failed');

  await bed.start(env);
  const body = '{"type":"batch.failed","data":{"id":"batches/1"}}';
  expect(await deliverSigned(bed.url, secret, 'msg_away', body)).toBe(202);
  expect(await bed.log()).toContain('schema ids are not known yet');

  const kafka = createKafkaJs({ clientId: 'test', brokers: stack.kafkaBrokers.split(',') });
  const consumer = kafka.consumer({ groupId: bed.topic });
  await consumer.connect();
  await consumer.subscribe({ topic: bed.topic, fromBeginning: true });
  const value = await new Promise<Buffer>((resolve, reject) => {
    const run = consumer.run({
      eachMessage: ({ message }) => Promise.resolve(resolve(message.value ?? Buffer.alloc(0))),
    });
    run.catch(reject);
  });
  await consumer.disconnect();
  const decoder = createDecoder(createRegistry({ SCHEMA_REGISTRY_URL: stack.schemaRegistryUrl }));
  expect(await decoder.decode(value)).toMatchObject({
    name: 'BatchEvent',
    value: { event_id: 'msg_away', payload: body },
  });
}, 120_000);

it('one that never saw the registry answers 503 instead', async () => {
  await bed.stop();
  await bed.launch({
    SCHEMA_REGISTRY_URL,
    GEMINI_WEBHOOK_SECRETS: secret,
    INGRESS_STATE_DIR: `${bed.dir}/empty`,
  });
  const status = (): Promise<number | string> =>
    deliverSigned(bed.url, secret, 'msg_never', '{"type":"x"}').catch(() => 'not yet');
  await expect.poll(status, { timeout: 10_000 }).toBe(503);
});
