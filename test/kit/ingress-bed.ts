import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { topicNames } from '@gemini-events/schemas';
import { findFreePort } from '@gemini-events/stack';
import type { TestStack } from '../stack/provided.ts';
import { applyDeclared, deleteTopics } from './apply-declared.ts';
import { launchService, type ServiceProcess, startService } from './service.ts';

/** What a test of a whole ingress process needs: topics and schemas of its own, a folder, a port. */
export interface IngressBed {
  readonly dir: string;
  readonly url: string;
  /** Environment of the ingress, without sources. */
  readonly env: Readonly<Record<string, string>>;
  readonly topic: string;
  readonly logFile: string;
  /** Starts it and waits until it is ready. */
  readonly start: (more: NodeJS.ProcessEnv) => Promise<ServiceProcess>;
  readonly launch: (more: NodeJS.ProcessEnv) => Promise<ServiceProcess>;
  /** All that any ingress of this bed has printed. */
  readonly log: () => Promise<string>;
  /** Ends every ingress that runs. */
  readonly stop: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export async function openIngressBed(name: string, stack: TestStack): Promise<IngressBed> {
  const dir = await mkdtemp(join(tmpdir(), `gemini-events-${name}-`));
  const prefix = `${name}-${randomUUID().slice(0, 8)}`;
  await applyDeclared(prefix, stack);
  const INGRESS_PORT = String(await findFreePort());
  const env = {
    KAFKA_BROKERS: stack.kafkaBrokers,
    SCHEMA_REGISTRY_URL: stack.schemaRegistryUrl,
    TOPIC_PREFIX: prefix,
    INGRESS_PORT,
    INGRESS_STATE_DIR: join(dir, 'state'),
  };
  const logFile = join(dir, 'ingress.log');
  const running: ServiceProcess[] = [];
  const remember = (service: ServiceProcess): ServiceProcess => {
    running.push(service);
    return service;
  };
  const stop = async (): Promise<void> => {
    await Promise.all(running.splice(0).map((service) => service.stop()));
  };
  return {
    dir,
    env,
    logFile,
    url: `http://127.0.0.1:${INGRESS_PORT}/webhooks/gemini`,
    topic: topicNames(prefix).deliveries,
    start: async (more) => remember(await startService('ingress', { ...env, ...more }, logFile)),
    launch: async (more) => remember(await launchService('ingress', { ...env, ...more }, logFile)),
    log: () => readFile(logFile, 'utf8'),
    stop,
    async close() {
      await stop();
      await deleteTopics(prefix, stack);
      await rm(dir, { recursive: true, force: true });
    },
  };
}
