import {
  ALWAYS,
  httpUrl,
  kafkaFields,
  kafkaRules,
  processFields,
  registryFields,
  secret,
} from '@gemini-events/service';
import { z } from 'zod';

/** What every consumer reads; one with variables of its own spreads them into its schema. */
export const consumerFields = {
  ...processFields,
  ...kafkaFields,
  ...registryFields,
  DATABASE_URL: secret('is required: Postgres, in which inbox and parking are').describe(
    'Postgres of inbox and parking: postgres://user:password@host:port/database.',
  ),
  GEMINI_BASE_URL: httpUrl()
    .default('https://generativelanguage.googleapis.com')
    .describe('Where the Gemini API is; asked only about events of unproven origin.'),
  GEMINI_API_KEY: secret()
    .optional()
    .describe('Key of the project: with it, jobs of unproven origin can be looked up.'),
};

export const consumerConfig = z.object(consumerFields).superRefine(kafkaRules, ALWAYS);

export type ConsumerConfig = z.output<typeof consumerConfig>;
