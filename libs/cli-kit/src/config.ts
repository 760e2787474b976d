import { BridgeError } from '@gemini-events/events';
import { resultsStoreFields, resultsStoreRules } from '@gemini-events/objects/config';
import { readConfig } from '@gemini-events/service/config';
import {
  ALWAYS,
  httpUrl,
  kafkaFields,
  kafkaRules,
  registryFields,
  secret,
  wholeNumber,
} from '@gemini-events/service/config-fields';
import { z } from 'zod';
import type { Io } from './io.ts';
import { borrowedFrom, readLocalStack } from './local-stack.ts';

/** The environment of `topics`. */
export const topicsConfig = z
  .object({
    ...kafkaFields,
    TOPIC_REPLICATION_FACTOR: wholeNumber(1, 32)
      .optional()
      .describe('Replicas of a topic that is made; without it the brokers decide.'),
  })
  .superRefine(kafkaRules, ALWAYS);

/** The environment of `schemas`. */
export const schemasConfig = z.object({
  TOPIC_PREFIX: kafkaFields.TOPIC_PREFIX,
  ...registryFields,
});

/** The environment of `consumers`. */
export const consumersConfig = z
  .object({
    ...kafkaFields,
    ...registryFields,
    DATABASE_URL: secret('is required: the Postgres of the consumers').describe(
      'Postgres of inbox, parking and pauses: postgres://user:password@host:port/database.',
    ),
  })
  .superRefine(kafkaRules, ALWAYS);
export type ConsumersConfig = z.output<typeof consumersConfig>;

/** The environment of `doctor`. */
export const doctorConfig = z
  .object({
    ...kafkaFields,
    ...registryFields,
    DATABASE_URL: secret('is required: the Postgres of the consumers').describe(
      'Postgres of inbox, parking and read model: postgres://user:password@host:port/database.',
    ),
    GEMINI_BASE_URL: httpUrl()
      .default('https://generativelanguage.googleapis.com')
      .describe('Where the Gemini API is.'),
    GEMINI_API_KEY: secret()
      .optional()
      .describe('With it the webhooks of the project are looked at.'),
    GEMINI_WEBHOOK_SECRETS: secret()
      .optional()
      .describe('Signing secrets, as the ingress has them: their form is looked at.'),
  })
  .superRefine(kafkaRules, ALWAYS);
export type DoctorConfig = z.output<typeof doctorConfig>;

/** The environment of `results get` and `results row`: where the results consumer stores. */
export const resultsStoreConfig = z
  .object({ ...resultsStoreFields })
  .superRefine(resultsStoreRules, ALWAYS);

/** The environment of `results ls`. */
export const resultsListConfig = z
  .object({ ...kafkaFields, ...registryFields })
  .superRefine(kafkaRules, ALWAYS);
export type ResultsListConfig = z.output<typeof resultsListConfig>;

/** What `start` itself needs; the rest of the environment goes to the services. */
export const startConfig = z
  .object({ ...kafkaFields, ...registryFields })
  .superRefine(kafkaRules, ALWAYS);
export type StartConfig = z.output<typeof startConfig>;

/**
 * The configuration of a command. Servers that the environment does not name are those of a `start`
 * that runs here, which is said.
 * @throws BridgeError ERR_CONFIG_INVALID with all faults
 */
export function configOf<Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape>,
  io: Io,
): z.output<z.ZodObject<Shape>> {
  const borrowed = borrowedFrom(readLocalStack(io.env), io.env, (name) => name in schema.shape);
  const names = Object.keys(borrowed);
  if (names.length > 0) io.talk(`using the running start's ${names.join(', ')}`);
  const notAsFiles = Object.fromEntries(names.map((name) => [`${name}_FILE`, '']));
  const result = readConfig(schema, { ...io.env, ...notAsFiles, ...borrowed });
  if (result.ok) return result.config;
  const list = result.faults.map((fault) => `\n  ${fault}`).join('');
  throw new BridgeError('ERR_CONFIG_INVALID', `the configuration has faults${list}`);
}
