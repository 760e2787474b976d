import { randomBytes } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { topicNames } from '@gemini-events/schemas';
import { type EmbeddedKafka, findFreePort } from '@gemini-events/stack';
import { applyDeclared } from '../../kit/apply-declared.ts';
import { type JwksServer, startJwksServer } from '../../kit/jwks-server.ts';
import { launchService, type ServiceProcess, startService } from '../../kit/service.ts';
import { startKillableStack } from '../killable-stack.ts';
import type { SignKeys } from './sign-keys.ts';

const PREFIX = 'chaos';

/** A broker, a registry, and one ingress whose only source takes `v1`, `v1a` and tokens. */
export interface Bed {
  readonly kafka: EmbeddedKafka;
  readonly brokers: readonly string[];
  readonly topic: string;
  readonly port: number;
  readonly secret: string;
  readonly url: string;
  readonly dir: string;
  readonly ingress: () => ServiceProcess;
  /** kill -9, and the start of another one, which need not be ready yet. */
  readonly replaceIngress: () => Promise<void>;
  readonly end: () => Promise<void>;
}

export async function openBed(keys: SignKeys): Promise<Bed> {
  const dir = mkdtempSync(join(tmpdir(), 'gemini-events-chaos-'));
  const ends: (() => unknown)[] = [() => rm(dir, { recursive: true, force: true })];
  const end = async (): Promise<void> => {
    for (const each of ends.splice(0)) await each();
  };
  try {
    await mkdir(join(dir, 'logs'));
    const stack = await startKillableStack(dir);
    ends.unshift(() => stack.stop());
    const { kafka } = stack;
    const brokers = [kafka.brokers];
    await applyDeclared(PREFIX, stack, { partitions: 'declared' });
    const jwks = await startJwksServer([
      { kid: 'e1', key: keys.ed25519.publicKey },
      { kid: 'r1', key: keys.rsa.publicKey },
    ]);
    ends.unshift(() => jwks.close());

    const secret = `whsec_${randomBytes(32).toString('base64')}`;
    const port = await findFreePort();
    const env = {
      KAFKA_BROKERS: kafka.brokers,
      SCHEMA_REGISTRY_URL: stack.schemaRegistryUrl,
      TOPIC_PREFIX: PREFIX,
      SOURCES_FILE: writeSources(dir, secret, jwks),
      INGRESS_PORT: String(port),
      INGRESS_STATE_DIR: join(dir, 'state'),
    };
    const logFile = join(dir, 'logs/ingress.log');
    let ingress = await startService('ingress', env, logFile);
    ends.unshift(() => ingress.stop());
    return {
      kafka,
      brokers,
      dir,
      port,
      secret,
      topic: topicNames(PREFIX).deliveries,
      url: `http://127.0.0.1:${port}/webhooks/gemini`,
      ingress: () => ingress,
      async replaceIngress() {
        ingress.kill('SIGKILL');
        await ingress.exited;
        ingress = await launchService('ingress', env, logFile);
      },
      end,
    };
  } catch (error) {
    await end();
    throw error;
  }
}

function writeSources(dir: string, secret: string, jwks: JwksServer): string {
  const file = join(dir, 'sources.yaml');
  const dynamic = `{ jwks_url: "${jwks.url}", schemes: [v1a, jwt], audience: chaos }`;
  writeFileSync(file, `sources: { default: { secrets: [${secret}], dynamic: ${dynamic} } }\n`);
  return file;
}
