import { readFileSync } from 'node:fs';
import { Kafka, logLevel } from 'kafkajs';

/** How to reach Kafka; every client of this package is made from it. */
export interface KafkaConnection {
  readonly clientId: string;
  /** host:port */
  readonly brokers: readonly string[];
  /** Present: TLS, with the system's CAs unless `ca` (PEM) is given. */
  readonly tls?: { readonly ca?: Buffer };
  readonly sasl?: {
    readonly mechanism: 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512';
    readonly username: string;
    readonly password: string;
  };
}

/** The part of a process's configuration that says how to reach Kafka. */
export interface KafkaConfig {
  readonly KAFKA_BROKERS: readonly string[];
  readonly KAFKA_SECURITY_PROTOCOL: 'PLAINTEXT' | 'SSL' | 'SASL_PLAINTEXT' | 'SASL_SSL';
  readonly KAFKA_SASL_MECHANISM?: 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512' | undefined;
  readonly KAFKA_SASL_USERNAME?: string | undefined;
  readonly KAFKA_SASL_PASSWORD?: { reveal(): string } | undefined;
  readonly KAFKA_SSL_CA_FILE?: string | undefined;
}

export function connectionFrom(config: KafkaConfig, clientId: string): KafkaConnection {
  const protocol = config.KAFKA_SECURITY_PROTOCOL;
  const caFile = config.KAFKA_SSL_CA_FILE;
  const mechanism = config.KAFKA_SASL_MECHANISM;
  const tls = protocol === 'SSL' || protocol === 'SASL_SSL';
  const sasl = protocol === 'SASL_PLAINTEXT' || protocol === 'SASL_SSL';
  return {
    clientId,
    brokers: config.KAFKA_BROKERS,
    ...(tls ? { tls: caFile === undefined ? {} : { ca: readFileSync(caFile) } } : {}),
    ...(sasl && mechanism !== undefined
      ? {
          sasl: {
            mechanism,
            username: config.KAFKA_SASL_USERNAME ?? '',
            password: config.KAFKA_SASL_PASSWORD?.reveal() ?? '',
          },
        }
      : {}),
  };
}

const KAFKAJS_MECHANISM = {
  PLAIN: 'plain',
  'SCRAM-SHA-256': 'scram-sha-256',
  'SCRAM-SHA-512': 'scram-sha-512',
} as const;

/** A kafkajs client. It logs nothing: what matters reaches the owner as events and errors. */
export function createKafkaJs(connection: KafkaConnection): Kafka {
  const { clientId, brokers, tls, sasl } = connection;
  return new Kafka({
    clientId,
    brokers: [...brokers],
    logLevel: logLevel.NOTHING,
    connectionTimeout: 5_000,
    retry: { initialRetryTime: 100, maxRetryTime: 2_000, retries: 10 },
    ...(tls === undefined ? {} : { ssl: tls.ca === undefined ? true : { ca: tls.ca } }),
    ...(sasl === undefined
      ? {}
      : {
          sasl: {
            mechanism: KAFKAJS_MECHANISM[sasl.mechanism] as 'plain',
            username: sasl.username,
            password: sasl.password,
          },
        }),
  });
}
