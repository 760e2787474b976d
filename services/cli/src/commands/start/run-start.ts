import { mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { EXIT, type ExitCode, type Io } from '@gemini-events/cli-kit';
import { configOf, type StartConfig, startConfig } from '@gemini-events/cli-kit/config';
import { DATA_DIR, writeLocalStack } from '@gemini-events/cli-kit/local-stack';
import { findConsumers } from '@gemini-events/consumer/find-consumers';
import { applyTopics } from '@gemini-events/kafka/admin';
import { createRegistry } from '@gemini-events/kafka/codec';
import { connectionFrom, createKafkaJs } from '@gemini-events/kafka/connection';
import { startStack } from '@gemini-events/stack';
import { declaredTopics } from '../../declared-topics.ts';
import { findFaults } from './counts.ts';
import { localSecrets } from './local-secrets.ts';
import { readyText, stepLine, talliesOf } from './report.ts';
import { CLIENT_ID, watchRun } from './run-watch.ts';
import { resultsDirOf, startServices } from './services.ts';
import { createLiveBlock } from './table.ts';

/** A run of the simulator that is not through by then has got stuck. */
const RUN_LIMIT_MS = 180_000;

/**
 * Stack, topics, schemas, services, then one run of the simulator; ends after it with `once`,
 * otherwise when `signal` is aborted. Whatever happens, nothing that was started stays behind.
 * @throws BridgeError ERR_STACK_*, ERR_KAFKA_*, ERR_REGISTRY_UNAVAILABLE
 */
export async function runStart(
  options: { readonly once: boolean; readonly json: boolean; readonly fresh: boolean },
  io: Io,
  signal: AbortSignal,
): Promise<ExitCode> {
  const startedAt = Date.now();
  const step = (text: string, ms: number): void => io.talk(stepLine(text, ms));
  const dataDir = resolve(DATA_DIR);
  const ends: (() => unknown)[] = [];
  try {
    const stack = await startStack({ dataDir, fresh: options.fresh, env: io.env, onStep: step });
    ends.unshift(() => stack.stop());
    signal.throwIfAborted();
    if (options.fresh) {
      for (const name of ['results', 'logs']) {
        rmSync(join(dataDir, name), { recursive: true, force: true });
      }
    }
    mkdirSync(join(dataDir, 'logs'), { recursive: true });
    const addresses = {
      KAFKA_BROKERS: stack.kafkaBrokers,
      SCHEMA_REGISTRY_URL: stack.schemaRegistryUrl,
      DATABASE_URL: stack.databaseUrl,
    };
    const env = { ...io.env, ...addresses };
    const config = configOf(startConfig, { ...io, env });
    const consumers = findConsumers();
    await timed('topics and schemas: applied', step, () => apply(config, consumers));
    const servers = {
      ...addresses,
      TOPIC_PREFIX: config.TOPIC_PREFIX,
      RESULTS_DIR: resultsDirOf(dataDir),
    };
    const local = writeLocalStack(dataDir, servers);
    ends.unshift(() => local.remove());
    const services = await startServices({
      env,
      consumers,
      dataDir,
      secrets: localSecrets(dataDir),
      onStep: step,
      signal,
    });
    ends.unshift(() => services.stop());
    writeLocalStack(dataDir, { ...servers, ...services.launching });
    const readyAfterMs = Date.now() - startedAt;
    step('ready', readyAfterMs);

    const run = await watchRun(config, services, {
      signal,
      limitMs: RUN_LIMIT_MS,
      block: createLiveBlock(process.stderr),
    });
    const faults = run.isThrough ? findFaults(run.counts) : ['the run is not through in time'];
    for (const fault of faults) io.talk(`the counts do not add up: ${fault}`);
    const seconds = Number(((Date.now() - startedAt) / 1000).toFixed(1));
    if (options.json) io.out(JSON.stringify({ ...run.counts, seconds }));
    else for (const line of talliesOf(run.counts, run.consumers)) io.out(line);
    for (const { name, lag } of run.consumers) {
      if (lag > 0) io.talk(`${name} still has ${lag} records to handle`);
    }
    if (options.once) return faults.length === 0 ? EXIT.done : EXIT.failed;
    io.talk(readyText(addresses, services.addresses, dataDir));
    await untilAborted(signal);
    return EXIT.done;
  } finally {
    if (signal.aborted) io.talk('stopping');
    for (const end of ends) await end();
  }
}

async function apply(config: StartConfig, consumers: readonly string[]): Promise<void> {
  const kafka = createKafkaJs(connectionFrom(config, CLIENT_ID));
  await Promise.all([
    applyTopics(kafka, {
      prefix: config.TOPIC_PREFIX,
      topics: declaredTopics(consumers),
      dryRun: false,
    }),
    createRegistry(config).applySchemas(config.TOPIC_PREFIX, { dryRun: false }),
  ]);
}

async function timed<Result>(
  text: string,
  step: (text: string, ms: number) => void,
  work: () => Promise<Result>,
): Promise<Result> {
  const startedAt = Date.now();
  const result = await work();
  step(text, Date.now() - startedAt);
  return result;
}

async function untilAborted(signal: AbortSignal): Promise<void> {
  // A pending promise alone would not keep the process alive.
  while (!signal.aborted) await delay(60_000, undefined, { signal }).catch(() => undefined);
}
