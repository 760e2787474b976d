import { execFile } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { copyFile, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { findFreePort, kafkaClasspath } from '@gemini-events/stack';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { applyDeclared } from '../kit/apply-declared.ts';
import { deliverSigned } from '../kit/deliver.ts';
import { type ServiceProcess, startService } from '../kit/service.ts';
import { succeeds } from '../kit/succeeds.ts';

const run = promisify(execFile);
const stack = inject('stack');
const SNIPPETS = fileURLToPath(new URL('../../docs/guides/snippets/', import.meta.url));
const hasPython = succeeds('python3', ['-c', 'import venv, ensurepip']);
const hasMaven = succeeds('mvn', ['--version']);
/** They install what they need. */
const LIMIT_MS = 240_000;

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

  /** Runs a snippet of the guide on one event; it prints a line of JSON. */
  const readOne = async (
    cwd: string,
    language: string,
    command: string,
    ...args: readonly string[]
  ): Promise<unknown> => {
    const { stdout } = await run(command, args, {
      cwd,
      env: {
        ...process.env,
        KAFKA_BROKERS: stack.kafkaBrokers,
        SCHEMA_REGISTRY_URL: stack.schemaRegistryUrl,
        TOPIC_PREFIX: prefix,
        GROUP_ID: `${prefix}.${language}`,
      },
      timeout: LIMIT_MS,
    });
    // Maven may put colours behind it.
    return JSON.parse(stdout.split('\n', 1)[0] ?? '');
  };
  const expected = (occurredAt: unknown) => ({
    key: 'batches/é',
    headers: { ce_id: webhookId },
    event: {
      event_id: webhookId,
      type: 'batch.succeeded',
      resource_id: 'batches/é',
      output_file_uri: 'files/batch-1',
      trust: 'project',
      occurred_at: occurredAt,
    },
  });

  it(
    'decodes an event with kafkajs in an empty project',
    async () => {
      const project = join(dir, 'typescript');
      await mkdir(project);
      await copyFile(join(SNIPPETS, 'consume.ts'), join(project, 'consume.ts'));
      await writeFile(join(project, 'package.json'), '{ "private": true, "type": "module" }');
      const packages = /npm install (.*)/.exec(
        await readFile(join(SNIPPETS, 'consume.ts'), 'utf8'),
      );
      await run('npm', ['install', '--silent', ...(packages?.[1] ?? '').split(' ')], {
        cwd: project,
      });
      const line = await readOne(project, 'node', process.execPath, 'consume.ts', '1');
      expect(line).toMatchObject(expected(Date.parse('2026-11-01T10:00:00Z')));
    },
    LIMIT_MS,
  );

  it.skipIf(!hasPython)(
    'decodes an event with Python and the schema registry',
    async () => {
      const venv = join(dir, 'venv');
      await run('python3', ['-m', 'venv', venv]);
      const packages = 'confluent-kafka[avro,schemaregistry]==2.16.0';
      await run(join(venv, 'bin/pip'), ['install', '--quiet', packages]);
      const snippet = join(SNIPPETS, 'consume.py');
      const line = await readOne(dir, 'python', join(venv, 'bin/python'), snippet, '1');
      expect(line).toMatchObject(expected('2026-11-01 10:00:00+00:00'));
    },
    LIMIT_MS,
  );

  it.skipIf(!hasMaven)(
    'decodes an event with Java and Maven',
    async () => {
      const project = join(dir, 'java');
      await cp(join(SNIPPETS, 'java'), project, { recursive: true });
      const goals = ['-q', 'compile', 'exec:java', '-Dexec.args=1'];
      const line = await readOne(project, 'java', 'mvn', ...goals);
      expect(line).toMatchObject(expected(Date.parse('2026-11-01T10:00:00Z')));
    },
    LIMIT_MS,
  );
});
