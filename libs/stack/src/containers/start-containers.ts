import { BridgeError } from '@gemini-events/events';
import { findFreePort } from '../process/free-port.ts';

export interface ContainerStack {
  readonly kafkaBrokers: string;
  readonly schemaRegistryUrl: string;
  readonly databaseUrl: string;
  readonly stop: () => Promise<void>;
}

const KAFKA_PORT = 9092;

/**
 * The same three servers as containers, for `TEST_STACK=containers`. Needs a Docker engine and the
 * images; run where both are at hand.
 * @throws BridgeError ERR_STACK_START
 */
export async function startContainers(): Promise<ContainerStack> {
  const { GenericContainer, Wait } = await import('testcontainers');
  // The broker has to advertise the port at which it is reached, so it is fixed beforehand.
  const port = await findFreePort();
  try {
    const [kafka, registry, postgres] = await Promise.all([
      new GenericContainer('apache/kafka:4.1.1')
        .withExposedPorts({ container: KAFKA_PORT, host: port })
        .withEnvironment({
          KAFKA_NODE_ID: '1',
          KAFKA_PROCESS_ROLES: 'broker,controller',
          KAFKA_LISTENERS: `PLAINTEXT://:${KAFKA_PORT},CONTROLLER://:9093`,
          KAFKA_ADVERTISED_LISTENERS: `PLAINTEXT://localhost:${port}`,
          KAFKA_CONTROLLER_LISTENER_NAMES: 'CONTROLLER',
          KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
          KAFKA_CONTROLLER_QUORUM_VOTERS: '1@localhost:9093',
          KAFKA_AUTO_CREATE_TOPICS_ENABLE: 'false',
          KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: '1',
          KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: '1',
          KAFKA_TRANSACTION_STATE_LOG_MIN_ISR: '1',
          KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: '0',
          KAFKA_TRANSACTION_ABORT_TIMED_OUT_TRANSACTION_CLEANUP_INTERVAL_MS: '2000',
        })
        .withWaitStrategy(Wait.forLogMessage(/Kafka Server started/))
        .start(),
      new GenericContainer('apicurio/apicurio-registry-mem:2.6.13.Final')
        .withExposedPorts(8080)
        .withWaitStrategy(Wait.forHttp('/apis/ccompat/v7/subjects', 8080))
        .start(),
      new GenericContainer('postgres:18')
        .withExposedPorts(5432)
        .withEnvironment({ POSTGRES_PASSWORD: 'test', POSTGRES_DB: 'gemini_events' })
        .withWaitStrategy(Wait.forLogMessage(/ready to accept connections/, 2))
        .start(),
    ]);
    return {
      kafkaBrokers: `localhost:${port}`,
      schemaRegistryUrl: `http://${registry.getHost()}:${registry.getMappedPort(8080)}/apis/ccompat/v7`,
      databaseUrl: `postgres://postgres:test@${postgres.getHost()}:${postgres.getMappedPort(5432)}/gemini_events`,
      stop: async () => {
        await Promise.all([kafka.stop(), registry.stop(), postgres.stop()]);
      },
    };
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new BridgeError('ERR_STACK_START', `the containers could not be started: ${message}`, {
      cause,
    });
  }
}
