import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createDecoder } from '@gemini-events/kafka/codec';
import type { ProcessingStatus, Result } from '@gemini-events/schemas';
import { findFreePort } from '@gemini-events/stack';
import { makeBed, type StackAddresses } from '../consumer/bed.ts';
import { readTopic } from '../consumer/read-topic.ts';
import { launchService, type ServiceProcess, startService } from '../kit/service.ts';

export interface ResultsBed extends Awaited<ReturnType<typeof makeResultsBed>> {}

/** A simulator, and results consumers that fetch from it into one folder. */
export async function makeResultsBed(
  stack: StackAddresses,
  options: {
    readonly dir: string;
    readonly outputBytes: number;
    readonly partitions?: 'declared';
  },
) {
  const { dir, outputBytes } = options;
  const bed = await makeBed(stack, 'results', options.partitions);
  const simulatorPort = await findFreePort();
  const simulator = await startService(
    'simulator',
    {
      SIMULATOR_PORT: String(simulatorPort),
      SIMULATOR_OUTPUT_BYTES: String(outputBytes),
      SIMULATOR_JOB_MIN_MS: '1',
      SIMULATOR_JOB_MAX_MS: '2',
      SIMULATOR_FAILURES: '0',
    },
    join(dir, 'simulator.log'),
  );
  const origin = `http://127.0.0.1:${simulatorPort}`;
  const resultsDir = join(dir, 'results');
  const call = async <Answer>(method: string, path: string, body?: object): Promise<Answer> => {
    const answer = await fetch(origin + path, {
      method,
      headers: { 'x-goog-api-key': 'any' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status}`);
    return (await answer.json()) as Answer;
  };
  const decoder = createDecoder(bed.registry);
  const recordsOf = async (topic: string) =>
    Promise.all(
      (await readTopic(bed, topic)).map(({ value }) => decoder.decode(value ?? Buffer.alloc(0))),
    );
  const instances = new Set<ServiceProcess>();
  return {
    ...bed,
    simulator,
    origin,
    resultsDir,
    call,
    /** Creates a batch with its input in a file; its name. */
    async createBatch(): Promise<string> {
      const body = { batch: { inputConfig: { fileName: 'files/in' } } };
      return (await call<{ name: string }>('POST', '/v1/models/m:batchGenerateContent', body)).name;
    },
    async launchResults(
      instance: string,
      env: Readonly<Record<string, string>> = {},
    ): Promise<ServiceProcess> {
      const service = await launchService(
        'consumers/results',
        {
          KAFKA_BROKERS: stack.kafkaBrokers,
          SCHEMA_REGISTRY_URL: stack.schemaRegistryUrl,
          DATABASE_URL: bed.databaseUrl,
          TOPIC_PREFIX: bed.prefix,
          INSTANCE_ID: instance,
          GEMINI_BASE_URL: origin,
          GEMINI_API_KEY: 'any',
          RESULTS_DIR: resultsDir,
          RESULTS_RETRY_DELAYS_MS: '200,1000,2000,5000',
          ...env,
        },
        join(dir, `${instance}.log`),
      );
      instances.add(service);
      void service.exited.then(() => instances.delete(service));
      return service;
    },
    async results(): Promise<readonly Result[]> {
      const decoded = await recordsOf(bed.topics.results);
      return decoded.flatMap((each) => (each.name === 'Result' ? [each.value] : []));
    },
    async statuses(): Promise<readonly ProcessingStatus[]> {
      const decoded = await recordsOf(bed.topics.processing);
      return decoded.flatMap((each) => (each.name === 'ProcessingStatus' ? [each.value] : []));
    },
    async close(): Promise<void> {
      await Promise.all([...instances].map((each) => each.stop()));
      await simulator.stop();
      await bed.close();
    },
  };
}

export async function untilReady(service: ServiceProcess): Promise<ServiceProcess> {
  let hasEnded = false;
  void service.exited.then(() => {
    hasEnded = true;
  });
  while (!(await service.isReady().catch(() => false))) {
    if (hasEnded) throw new Error('a service ended before it was ready');
    await delay(100);
  }
  return service;
}

/** Objects that a reader of the store would see. */
export async function visibleOutputs({ resultsDir }: ResultsBed): Promise<readonly string[]> {
  const names = await readdir(resultsDir, { recursive: true }).catch(() => []);
  return names.filter((name) => /^outputs\/.*\.jsonl$/.test(name));
}
