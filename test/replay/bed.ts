import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { batchSucceeded } from '@gemini-events/consumer/testing';
import { cloudEventHeaders, HEADER } from '@gemini-events/events';
import { Cluster } from '@gemini-events/kafka/cluster';
import { createDecoder, createEncoder } from '@gemini-events/kafka/codec';
import { readToEnd } from '@gemini-events/kafka/reader';
import { makeBed, type StackAddresses } from '../consumer/bed.ts';
import { type CliRun, runCli } from '../kit/cli.ts';

/** An event that is to be on its topic. */
export interface Given {
  readonly id: string;
  readonly resource: string;
  readonly type: string;
  readonly source?: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** What the fixture's handler does. */
  readonly do?: string;
  /** Record time, milliseconds since 1970. */
  readonly at: number;
}

/** A record as a topic holds it. */
export interface Held {
  readonly partition: number;
  readonly offset: number;
  readonly key: string;
  readonly id: string;
  readonly type: string;
  readonly timestamp: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** A bridge of its own with events on its batch topic, and the command line on it. */
export async function makeReplayBed(stack: StackAddresses) {
  // A replay makes its topics as they are declared.
  const bed = await makeBed(stack, 'fixture', 'declared');
  const cluster = new Cluster({ ...bed.connection, clientId: 'replay-bed' });
  const cwd = await mkdtemp(join(tmpdir(), 'gemini-events-replay-'));
  const encode = createEncoder(
    await bed.registry.lookupSchemaIds(bed.prefix, ['BatchEvent', 'Job', 'Approval']),
  );
  const producer = bed.kafka.producer();
  await producer.connect();
  const env = {
    KAFKA_BROKERS: stack.kafkaBrokers,
    SCHEMA_REGISTRY_URL: stack.schemaRegistryUrl,
    DATABASE_URL: bed.databaseUrl,
    TOPIC_PREFIX: bed.prefix,
  };
  return {
    ...bed,
    cluster,
    /** Where commands are called. */
    cwd,
    /** For processes of this bridge. */
    env,
    decoder: createDecoder(bed.registry),
    /** @param deliveries whether each is put on the topic of deliveries, and how often */
    async publishEvents(given: readonly Given[], deliveries = 0): Promise<void> {
      const messages = given.map(
        ({ id, resource, type, source = 'default', labels = {}, at, ...more }) => ({
          key: resource,
          timestamp: String(at),
          value: encode({
            name: 'BatchEvent',
            value: batchSucceeded({
              event_id: id,
              occurred_at: at,
              received_at: at,
              resource_id: resource,
              source,
              labels: { ...labels },
              user_metadata: more.do === undefined ? {} : { do: more.do },
            }),
          }),
          headers: {
            [HEADER.webhookId]: id,
            [HEADER.source]: source,
            [HEADER.route]: 'batch',
            [HEADER.scheme]: 'v1',
            ...cloudEventHeaders({ eventId: id, source, type, subject: resource, time: at }),
          },
        }),
      );
      for (let repeat = 0; repeat < deliveries; repeat += 1) {
        await producer.send({ topic: bed.topics.deliveries, messages });
      }
      for (let at = 0; at < messages.length; at += 4_000) {
        await producer.send({
          topic: bed.topics.events('batch'),
          messages: messages.slice(at, at + 4_000),
        });
      }
    },
    /** Puts a record of ours on a topic. */
    async publishRecord(
      topic: string,
      key: string,
      record: Parameters<typeof encode>[0],
    ): Promise<void> {
      await producer.send({ topic, messages: [{ key, value: encode(record) }] });
    },
    async held(topic: string): Promise<readonly Held[]> {
      const records: Held[] = [];
      await readToEnd(cluster, topic, {
        from: 'earliest',
        signal: AbortSignal.timeout(60_000),
        onRecord(partition, record) {
          const headers = Object.fromEntries(
            record.headers().map(([name, value]) => [name.toString(), value?.toString() ?? '']),
          );
          records.push({
            partition,
            offset: record.offset,
            key: String(record.key),
            id: headers['ce_id'] ?? '',
            type: headers['ce_type'] ?? '',
            timestamp: record.timestamp,
            headers,
          });
        },
      });
      return records;
    },
    cli: (...args: readonly string[]): CliRun => runCli(args, { cwd, env }),
    cliWith:
      (more: Readonly<Record<string, string>>) =>
      (...args: readonly string[]): CliRun =>
        runCli(args, { cwd, env: { ...env, ...more } }),
    /** Runs a command that has to succeed, and gives its JSON. */
    async json<Answer>(...args: readonly string[]): Promise<Answer> {
      const run = runCli([...args, '--json'], { cwd, env });
      const code = await run.ended;
      if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}:\n${run.stderr()}`);
      return JSON.parse(run.stdout()) as Answer;
    },
    async close(): Promise<void> {
      await producer.disconnect();
      await cluster.close();
      await bed.close();
      await rm(cwd, { recursive: true, force: true });
    },
  };
}

export type ReplayBed = Awaited<ReturnType<typeof makeReplayBed>>;
