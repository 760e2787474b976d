import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { batchSucceeded } from '@gemini-events/consumer/testing';
import { createEncoder, createRegistry } from '@gemini-events/kafka/codec';
import { createKafkaJs } from '@gemini-events/kafka/connection';
import { createTestDatabase } from '@gemini-events/postgres/testing';
import { type BatchEvent, topicNames } from '@gemini-events/schemas';
import { findFreePort, type GuardedProcess, spawnGuarded } from '@gemini-events/stack';
import { CompressionTypes } from 'kafkajs';
import pg from 'pg';
import { applyDeclared, deleteTopics } from '../kit/apply-declared.ts';

const MAIN = fileURLToPath(new URL('fixture/main.ts', import.meta.url));

export interface StackAddresses {
  readonly kafkaBrokers: string;
  readonly schemaRegistryUrl: string;
  readonly databaseUrl: string;
}

export interface Instance extends GuardedProcess {
  readonly adminUrl: string;
  readonly isReady: () => Promise<boolean>;
}

/** What a record of the fixture's consumer is made of. */
export interface Asked {
  readonly id: string;
  readonly resource: string;
  readonly do?: string;
  readonly order?: number;
}

/**
 * Topics, schemas and a database of their own for the fixture's consumer.
 * @param partitions of each topic; few unless told
 */
export async function makeBed(
  stack: StackAddresses,
  consumer = 'fixture',
  partitions?: number | 'declared',
) {
  const prefix = `consumer-${randomUUID().slice(0, 8)}`;
  const dir = await mkdtemp(join(tmpdir(), 'gemini-events-consumer-'));
  const connection = { clientId: 'bed', brokers: stack.kafkaBrokers.split(',') };
  const kafka = createKafkaJs(connection);
  const registry = createRegistry({ SCHEMA_REGISTRY_URL: stack.schemaRegistryUrl });
  const topics = topicNames(prefix);
  await applyDeclared(prefix, stack, {
    consumer,
    ...(partitions === undefined ? {} : { partitions }),
  });
  const encode = createEncoder(await registry.lookupSchemaIds(prefix, ['BatchEvent']));

  const database = await createTestDatabase(stack.databaseUrl);
  const db = new pg.Pool({ connectionString: database.url, max: 2 });
  db.on('error', () => undefined);
  await db.query(
    `create table mended (name text);
     create table effects (consumer text, event_id text, resource text, ordinal int, seq bigserial, at timestamptz default clock_timestamp());
     create table starts (consumer text, event_id text, resource text, ordinal int, pid int, seq bigserial, at timestamptz default clock_timestamp())`,
  );
  const producer = kafka.producer();
  await producer.connect();
  const running = new Set<Instance>();

  return {
    prefix,
    databaseUrl: database.url,
    topics,
    kafka,
    connection,
    registry,
    db,
    /** Starts the consumer as a process; does not wait until it is ready. */
    async launch(instance: string, env: Readonly<Record<string, string>> = {}): Promise<Instance> {
      const adminUrl = `http://127.0.0.1:${await findFreePort()}`;
      const child = await spawnGuarded(process.execPath, [MAIN], {
        logFile: join(dir, `${instance}.log`),
        env: {
          ...process.env,
          KAFKA_BROKERS: stack.kafkaBrokers,
          SCHEMA_REGISTRY_URL: stack.schemaRegistryUrl,
          DATABASE_URL: database.url,
          TOPIC_PREFIX: prefix,
          INSTANCE_ID: instance,
          ADMIN_PORT: new URL(adminUrl).port,
          CONSUMER: consumer,
          ...env,
        },
        graceMs: 26_000,
      });
      const launched: Instance = {
        ...child,
        adminUrl,
        isReady: async () => {
          try {
            return (await fetch(`${adminUrl}/readyz`)).ok;
          } catch {
            return false;
          }
        },
      };
      running.add(launched);
      void child.exited.then(() => running.delete(launched));
      return launched;
    },
    /** Puts events on their topic, in order. */
    async publish(asked: readonly Asked[], broken: readonly string[] = []): Promise<void> {
      const messages = asked.map(({ id, resource, do: wanted, order }) => {
        const value = batchSucceeded({
          event_id: id,
          resource_id: resource,
          user_metadata: {
            ...(wanted === undefined ? {} : { do: wanted }),
            ...(order === undefined ? {} : { order: String(order) }),
          },
        }) as BatchEvent;
        return {
          key: resource,
          value: encode({ name: 'BatchEvent', value }),
          headers: { ce_id: id },
        };
      });
      const unreadable = broken.map((key) => ({ key, value: Buffer.from('no event') }));
      for (let at = 0; at < messages.length; at += 2_000) {
        await producer.send({
          topic: topics.events('batch'),
          messages: messages.slice(at, at + 2_000),
          compression: CompressionTypes.None,
        });
      }
      if (unreadable.length > 0) {
        await producer.send({ topic: topics.events('batch'), messages: unreadable });
      }
    },
    async close(): Promise<void> {
      await Promise.all([...running].map((each) => each.stop()));
      await producer.disconnect();
      await db.end();
      // A server that was restarted may be gone, and its database with it.
      await database.drop().catch(() => undefined);
      await deleteTopics(prefix, stack).catch(() => undefined);
      await rm(dir, { recursive: true, force: true });
    },
  };
}

export type Bed = Awaited<ReturnType<typeof makeBed>>;
