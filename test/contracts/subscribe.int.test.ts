import { execFile, execFileSync } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { findFreePort, kafkaClasspath } from '@gemini-events/stack';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { applyDeclared } from '../kit/apply-declared.ts';
import { deliverSigned } from '../kit/deliver.ts';
import { type ServiceProcess, startService } from '../kit/service.ts';

const run = promisify(execFile);
const stack = inject('stack');
const SNIPPET = fileURLToPath(new URL('../../docs/guides/snippets/consume.py', import.meta.url));
const hasPython = succeeds('python3', ['-c', 'import venv, ensurepip']);

function succeeds(command: string, args: readonly string[]): boolean {
  try {
    execFileSync(command, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

describe('a subscriber in another language', () => {
  const prefix = `subscribe-${randomUUID().slice(0, 8)}`;
  const webhookId = `msg_${randomUUID()}`;
  const services: ServiceProcess[] = [];
  let dir: string;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'gemini-events-subscribe-'));
    await applyDeclared(prefix, stack);
    const secret = `whsec_${randomBytes(32).toString('base64')}`;
    const INGRESS_PORT = String(await findFreePort());
    const env = {
      KAFKA_BROKERS: stack.kafkaBrokers,
      SCHEMA_REGISTRY_URL: stack.schemaRegistryUrl,
      TOPIC_PREFIX: prefix,
      GEMINI_WEBHOOK_SECRETS: secret,
      INGRESS_PORT,
    };
    services.push(await startService('ingress', env, join(dir, 'ingress.log')));
    services.push(await startService('dedup', env, join(dir, 'dedup.log')));
    const url = `http://127.0.0.1:${INGRESS_PORT}/webhooks/gemini`;
    const body =
      '{"type":"batch.succeeded","version":"v1","timestamp":"2026-11-01T10:00:00Z","data":{"id":"batches/é","output_file_uri":"files/batch-1"}}';
    const status = await deliverSigned(url, secret, webhookId, body);
    if (status !== 202) throw new Error(`the ingress answered ${status}`);
  });
  afterAll(async () => {
    await Promise.all(services.map((service) => service.stop()));
    await rm(dir, { recursive: true, force: true });
  });

  it("sees the CloudEvents headers with Kafka's own console consumer", async () => {
    const { stdout } = await run('java', [
      '-cp',
      await kafkaClasspath(process.env),
      'org.apache.kafka.tools.consumer.ConsoleConsumer',
      '--bootstrap-server',
      stack.kafkaBrokers,
      '--topic',
      `${prefix}.events.batch`,
      '--from-beginning',
      '--max-messages',
      '1',
      '--timeout-ms',
      '40000',
      '--isolation-level',
      'read_committed',
      '--property',
      'print.headers=true',
      '--property',
      'print.key=true',
    ]);
    for (const header of [
      'ce_specversion:1.0',
      `ce_id:${webhookId}`,
      'ce_source://generativelanguage.googleapis.com/webhooks/default',
      'ce_type:batch.succeeded',
      'ce_subject:batches/é',
      'ce_time:2026-11-01T10:00:00.000Z',
      'content-type:application/avro',
    ]) {
      expect(stdout).toContain(header);
    }
  });

  it.skipIf(!hasPython)(
    'decodes an event with Python and the schema registry',
    async () => {
      const venv = join(dir, 'venv');
      await run('python3', ['-m', 'venv', venv]);
      const packages = 'confluent-kafka[avro,schemaregistry]==2.16.0';
      await run(join(venv, 'bin/pip'), ['install', '--quiet', packages]);
      const { stdout } = await run(join(venv, 'bin/python'), [SNIPPET, '1'], {
        env: {
          ...process.env,
          KAFKA_BROKERS: stack.kafkaBrokers,
          SCHEMA_REGISTRY_URL: stack.schemaRegistryUrl,
          TOPIC_PREFIX: prefix,
          GROUP_ID: `${prefix}.python`,
        },
        timeout: 60_000,
      });
      const { key, event, headers } = JSON.parse(stdout) as {
        key: string;
        event: Record<string, unknown>;
        headers: Record<string, string>;
      };
      expect(key).toBe('batches/é');
      expect(headers['ce_id']).toBe(webhookId);
      expect(event).toMatchObject({
        event_id: webhookId,
        type: 'batch.succeeded',
        resource_id: 'batches/é',
        output_file_uri: 'files/batch-1',
        trust: 'project',
        occurred_at: '2026-11-01 10:00:00+00:00',
      });
    },
    240_000,
  );
});
