import { randomBytes } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { applyTopics, createKafkaJs, createRegistry } from '@gemini-events/kafka';
import { topicNames } from '@gemini-events/schemas';
import { type EmbeddedKafka, findFreePort, startKafka, startStack } from '@gemini-events/stack';
import { type JwksServer, startJwksServer } from '../../kit/jwks-server.ts';
import { launchService, type ServiceProcess, startService } from '../../kit/service.ts';
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
    const kafka = await startKafka({ dataDir: join(dir, 'kafka') });
    ends.unshift(() => kafka.stop());
    const stack = await startStack({
      dataDir: join(dir, 'stack'),
      // Neither Kafka nor Postgres is started here.
      env: { ...process.env, KAFKA_BROKERS: kafka.brokers, DATABASE_URL: 'not used' },
    });
    ends.unshift(() => stack.stop());
    const brokers = [kafka.brokers];
    const SCHEMA_REGISTRY_URL = stack.schemaRegistryUrl;
    await applyTopics(createKafkaJs({ clientId: 'chaos', brokers }), {
      prefix: PREFIX,
      dryRun: false,
    });
    await createRegistry({ SCHEMA_REGISTRY_URL }).applySchemas(PREFIX, { dryRun: false });
    const jwks = await startJwksServer([
      { kid: 'e1', key: keys.ed25519.publicKey },
      { kid: 'r1', key: keys.rsa.publicKey },
    ]);
    ends.unshift(() => jwks.close());

    const secret = `whsec_${randomBytes(32).toString('base64')}`;
    const port = await findFreePort();
    const env = {
      KAFKA_BROKERS: kafka.brokers,
      SCHEMA_REGISTRY_URL,
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
