import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Cluster } from '@gemini-events/kafka/cluster';
import { TOPICS, topicNames } from '@gemini-events/schemas';
import { type EmbeddedKafka, findFreePort } from '@gemini-events/stack';
import { applyDeclared } from '../../kit/apply-declared.ts';
import { startService } from '../../kit/service.ts';
import { startKillableStack } from '../killable-stack.ts';
import { createFleet, type Fleet } from './fleet.ts';
import { type CommitProxy, startCommitProxy } from './proxy/proxy.ts';
import { untilTrue } from './settle.ts';

const PREFIX = 'chaos';

/** A broker, a registry, an ingress, and dedup instances that reach the broker through a proxy. */
export interface DedupBed {
  readonly kafka: EmbeddedKafka;
  readonly brokers: readonly string[];
  /** Folder of the broker's log files. */
  readonly logDir: string;
  readonly cluster: Cluster;
  readonly proxy: CommitProxy;
  readonly fleet: Fleet;
  readonly url: string;
  readonly secret: string;
  readonly topics: {
    readonly deliveries: string;
    readonly events: readonly string[];
    readonly quarantine: string;
  };
  readonly groupId: string;
  /** Where logs of the processes and the data of the broker are. */
  readonly dir: string;
  /** Leaves the folder where it is. */
  readonly keepDir: () => void;
  readonly end: () => Promise<void>;
}

export async function openDedupBed(instances: number): Promise<DedupBed> {
  const dir = await mkdtemp(join(tmpdir(), 'gemini-events-chaos-'));
  let isKept = false;
  const ends: (() => unknown)[] = [() => isKept || rm(dir, { recursive: true, force: true })];
  const end = async (): Promise<void> => {
    for (const each of ends.splice(0)) await each();
  };
  try {
    await mkdir(join(dir, 'logs'));
    const behind = await findFreePort();
    const proxy = await startCommitProxy(behind);
    ends.unshift(() => proxy.close());
    const stack = await startKillableStack(dir, { port: behind, advertisedPort: proxy.port });
    ends.unshift(() => stack.stop());
    const { kafka } = stack;
    await applyDeclared(PREFIX, stack, { partitions: 'declared' });

    const secret = `whsec_${randomBytes(32).toString('base64')}`;
    const port = await findFreePort();
    const common = { SCHEMA_REGISTRY_URL: stack.schemaRegistryUrl, TOPIC_PREFIX: PREFIX };
    const ingressEnv = {
      ...common,
      KAFKA_BROKERS: kafka.brokers,
      GEMINI_WEBHOOK_SECRETS: secret,
      INGRESS_PORT: String(port),
      INGRESS_STATE_DIR: join(dir, 'state'),
    };
    const ingress = await startService('ingress', ingressEnv, join(dir, 'logs/ingress.log'));
    ends.unshift(() => ingress.stop());
    const dedupEnv = { ...common, KAFKA_BROKERS: `127.0.0.1:${proxy.port}` };
    const fleet = createFleet(dedupEnv, PREFIX, join(dir, 'logs'));
    ends.unshift(() => fleet.endAll());
    for (let at = 1; at <= instances; at += 1) await fleet.launch(`dedup-${at}`);
    const cluster = new Cluster({ clientId: 'chaos', brokers: [kafka.brokers] });
    ends.unshift(() => cluster.close());
    await untilTrue('dedup is ready', () => fleet.areReady());
    const { deliveries, quarantine } = topicNames(PREFIX);
    const events = TOPICS.filter(({ name }) => name.startsWith('events.'));
    return {
      kafka,
      brokers: [kafka.brokers],
      logDir: join(dir, 'kafka/logs'),
      cluster,
      proxy,
      fleet,
      url: `http://127.0.0.1:${port}/webhooks/gemini`,
      secret,
      topics: {
        deliveries,
        quarantine,
        events: events.map(({ name }) => `${PREFIX}.${name}`),
      },
      groupId: `${PREFIX}.dedup`,
      dir,
      keepDir: () => (isKept = true),
      end,
    };
  } catch (error) {
    await end();
    throw error;
  }
}
