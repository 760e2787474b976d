import { join } from 'node:path';
import { type EmbeddedKafka, startKafka, startStack } from '@gemini-events/stack';

/** A broker that can be killed and started again, and a registry; no Postgres. */
export interface KillableStack {
  readonly kafka: EmbeddedKafka;
  readonly kafkaBrokers: string;
  readonly schemaRegistryUrl: string;
  readonly stop: () => Promise<void>;
}

/** @param proxied a second listener, for clients that are to come through a proxy */
export async function startKillableStack(
  dir: string,
  proxied?: { readonly port: number; readonly advertisedPort: number },
): Promise<KillableStack> {
  const kafka = await startKafka({ dataDir: join(dir, 'kafka'), proxied });
  try {
    const { schemaRegistryUrl, stop } = await startStack({
      dataDir: join(dir, 'stack'),
      // Neither Kafka nor Postgres is started here.
      env: { ...process.env, KAFKA_BROKERS: kafka.brokers, DATABASE_URL: 'not used' },
    });
    return {
      kafka,
      kafkaBrokers: kafka.brokers,
      schemaRegistryUrl,
      async stop() {
        await stop();
        await kafka.stop();
      },
    };
  } catch (error) {
    await kafka.stop();
    throw error;
  }
}
