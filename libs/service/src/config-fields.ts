import { hostname } from 'node:os';
import { z } from 'zod';
import { Secret } from './secret.ts';

/** A variable whose value must not be shown. */
export const secret = (required?: string) =>
  z.string(required).transform((value) => new Secret(value));

/** A variable that is a whole number in a range. */
export const wholeNumber = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d+$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.number().min(min, `must be at least ${min}`).max(max, `must be at most ${max}`));

/** A TCP port; 0 lets the system choose. */
export const port = () => wholeNumber(0, 65_535);

export const flag = () =>
  z.enum(['true', 'false'], 'must be true or false').transform((value) => value === 'true');

/** host:port,host:port */
export const brokerList = () =>
  z
    .string('is required, for example localhost:9092')
    .transform((value) => value.split(',').map((broker) => broker.trim()))
    .refine(
      (brokers) => brokers.every((broker) => /^[^\s:]+:\d{1,5}$|^\[[^\]]+\]:\d{1,5}$/.test(broker)),
      {
        message: 'must be host:port, several separated by commas',
      },
    );

export const httpUrl = () =>
  z
    .string('is required, for example http://localhost:8081')
    .refine((value) => /^https?:$/.test(URL.parse(value)?.protocol ?? ''), {
      message: 'must be an http or https URL',
    })
    .transform((value) => value.replace(/\/+$/, ''));

/** What every process of the bridge reads. */
export const processFields = {
  ADMIN_HOST: z.string().default('127.0.0.1').describe('Address of /livez, /readyz and /metrics.'),
  ADMIN_PORT: port().default(0).describe('Port of /livez, /readyz and /metrics; 0: any free one.'),
  INSTANCE_ID: z
    .string()
    .regex(/^[\w.-]{1,128}$/, 'may hold letters, digits, dot, dash, underscore')
    .default(() => hostname())
    .describe('Name of this instance; no two running ones may share it.'),
  LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal'])
    .default('info')
    .describe('Least level that is logged.'),
} as const;

/** What every process reads that talks to Kafka. */
export const kafkaFields = {
  KAFKA_BROKERS: brokerList().describe('Bootstrap brokers, host:port, comma-separated.'),
  KAFKA_SECURITY_PROTOCOL: z
    .enum(['PLAINTEXT', 'SSL', 'SASL_PLAINTEXT', 'SASL_SSL'])
    .default('PLAINTEXT')
    .describe('How to talk to the brokers.'),
  KAFKA_SASL_MECHANISM: z
    .enum(['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'])
    .optional()
    .describe('SASL mechanism; needed with a SASL protocol.'),
  KAFKA_SASL_USERNAME: z.string().optional().describe('SASL user.'),
  KAFKA_SASL_PASSWORD: secret().optional().describe('SASL password.'),
  KAFKA_SSL_CA_FILE: z.string().optional().describe('PEM file of the CA that signed the brokers.'),
  TOPIC_PREFIX: z
    .string()
    .regex(/^[a-zA-Z0-9_-]{1,64}$/, 'may hold letters, digits, dash, underscore')
    .default('gemini')
    .describe('First part of every topic and group name.'),
} as const;

/** What every process reads that talks to the schema registry. */
export const registryFields = {
  SCHEMA_REGISTRY_URL: httpUrl().describe('Confluent-compatible schema registry.'),
  SCHEMA_REGISTRY_USERNAME: z.string().optional().describe('Basic authentication: user.'),
  SCHEMA_REGISTRY_PASSWORD: secret().optional().describe('Basic authentication: password.'),
} as const;

/**
 * For `superRefine`: the rules look at what could be read even where other fields have faults, so that
 * all faults are told at once. A field that could not be read is undefined then.
 */
export const ALWAYS = { when: (): boolean => true };

/** Contradictions in {@link kafkaFields}; for `superRefine` of a schema that spreads them. */
export function kafkaRules(
  config: {
    readonly KAFKA_SECURITY_PROTOCOL?: string | undefined;
    readonly KAFKA_SASL_MECHANISM?: string | undefined;
    readonly KAFKA_SASL_USERNAME?: string | undefined;
    readonly KAFKA_SASL_PASSWORD?: Secret | undefined;
  },
  context: z.RefinementCtx,
): void {
  const protocol = config.KAFKA_SECURITY_PROTOCOL;
  if (protocol === undefined) return;
  const isSasl = protocol.startsWith('SASL_');
  const names = ['KAFKA_SASL_MECHANISM', 'KAFKA_SASL_USERNAME', 'KAFKA_SASL_PASSWORD'] as const;
  for (const name of names) {
    const isSet = config[name] !== undefined;
    if (isSet === isSasl) continue;
    const message = isSasl
      ? `is required with KAFKA_SECURITY_PROTOCOL=${protocol}`
      : 'is set, but KAFKA_SECURITY_PROTOCOL names no SASL protocol: it would not be used';
    context.addIssue({ code: 'custom', path: [name], message });
  }
}

/** Texts with commas between them; what is empty is none. */
export const listIn = (text: string): readonly string[] =>
  text.split(',').flatMap((each) => each.trim() || []);
