import { execFile } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findFreePort, type GuardedProcess, spawnGuarded } from '@gemini-events/stack';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { applyDeclared } from '../kit/apply-declared.ts';
import { runCli } from '../kit/cli.ts';
import { deliverSigned } from '../kit/deliver.ts';
import { startService } from '../kit/service.ts';
import { ROOT } from './compose.ts';
import { makeProject } from './package-project.ts';

const run = promisify(execFile);
const stack = inject('stack');
const DIST = join(ROOT, 'features/consumers/dist');
const BUILD_LIMIT_MS = 180_000;

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
}

describe('the package @gemini-events/consumer', () => {
  let dir: string;
  let project: string;
  let tarball: string;
  let manifest: Manifest;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'gemini-events-package-'));
    project = join(dir, 'project');
    await run(process.execPath, ['features/consumers/build/build.ts'], { cwd: ROOT });
    manifest = JSON.parse(await readFile(join(DIST, 'package.json'), 'utf8')) as Manifest;
    const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', dir, DIST]);
    const [{ filename }] = JSON.parse(stdout) as [{ filename: string }];
    tarball = join(dir, filename);
    await makeProject(project, tarball);
  }, BUILD_LIMIT_MS);
  afterAll(() => rm(dir, { recursive: true, force: true }));

  it('has nothing that publint would find', async () => {
    const { buffer } = new Uint8Array(await readFile(tarball));
    const { messages, pkg } = await publint({ strict: true, pack: { tarball: buffer } });
    expect(messages.map((message) => formatMessage(message, pkg ?? {}))).toEqual([]);
  });

  it('depends on exact versions of other people’s packages alone', () => {
    expect(Object.keys(manifest.dependencies)).toContain('pg');
    const odd = Object.entries(manifest.dependencies).filter(
      ([name, version]) => name.startsWith('@gemini-events/') || !/^\d+\.\d+\.\d+$/.test(version),
    );
    expect(odd).toEqual([]);
  });

  it('does not depend on what is patched here: it contains it', async () => {
    expect(Object.keys(manifest.dependencies)).not.toContain('kafkajs');
    expect(await readFile(join(DIST, 'THIRD-PARTY-LICENSES.txt'), 'utf8')).toContain('kafkajs');
  });

  it('gives a consumer in an empty project its types', async () => {
    const tsc = join(ROOT, 'node_modules/.bin/tsc');
    const { stdout } = await run(tsc, ['-p', project]).catch((failure) => failure as never);
    expect(stdout).toBe('');
  });

  it('runs a test of a consumer in an empty project', async () => {
    const { stdout } = await run(process.execPath, ['--test', '--test-reporter=tap'], {
      cwd: project,
    });
    expect(stdout).toMatch(/^# pass 1$/m);
  });

  describe('with Kafka, registry and Postgres', () => {
    const prefix = `package-${randomUUID().slice(0, 8)}`;
    const running: GuardedProcess[] = [];
    afterAll(() => Promise.all(running.map((process) => process.stop())));

    it('handles events in an empty project', async () => {
      // `topics apply` refuses other counts than are declared.
      await applyDeclared(prefix, stack, { partitions: 'declared' });
      const secret = `whsec_${randomBytes(32).toString('base64')}`;
      const INGRESS_PORT = String(await findFreePort());
      const env = {
        KAFKA_BROKERS: stack.kafkaBrokers,
        SCHEMA_REGISTRY_URL: stack.schemaRegistryUrl,
        DATABASE_URL: stack.databaseUrl,
        TOPIC_PREFIX: prefix,
        GEMINI_WEBHOOK_SECRETS: secret,
        INGRESS_PORT,
      };
      const topics = runCli(['topics', 'apply', '--consumer', 'elsewhere'], { cwd: dir, env });
      expect(await topics.ended).toBe(0);
      running.push(await startService('ingress', env, join(dir, 'ingress.log')));
      running.push(await startService('dedup', env, join(dir, 'dedup.log')));
      const logFile = join(dir, 'elsewhere.log');
      const consumer = await spawnGuarded(process.execPath, ['main.ts'], {
        cwd: project,
        env: { ...process.env, ...env },
        logFile,
        graceMs: 26_000,
      });
      running.push(consumer);

      const url = `http://127.0.0.1:${INGRESS_PORT}/webhooks/gemini`;
      const ids = ['batches/one', 'batches/two', 'batches/three'];
      for (const id of ids) {
        const body = JSON.stringify({
          type: 'batch.succeeded',
          version: 'v1',
          timestamp: '2026-11-01T10:00:00Z',
          data: { id, output_file_uri: `files/${id.slice('batches/'.length)}` },
        });
        expect(await deliverSigned(url, secret, `msg_${randomUUID()}`, body)).toBe(202);
      }
      const handled = async (): Promise<string[]> =>
        (await readFile(logFile, 'utf8'))
          .split('\n')
          .filter((line) => line.includes('"msg":"handled"'))
          .map((line) => (JSON.parse(line) as { resource: string }).resource);
      await vi.waitFor(async () => expect((await handled()).sort()).toEqual(ids.toSorted()), {
        timeout: 60_000,
        interval: 200,
      });
      consumer.kill('SIGTERM');
      expect(await consumer.exited).toBe(0);
    }, 120_000);
  });
});
