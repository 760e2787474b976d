import {
  ALWAYS,
  kafkaFields,
  kafkaRules,
  processFields,
  registryFields,
  secret,
} from '@gemini-events/service';
import { z } from 'zod';

export const syncConfig = z
  .object({
    ...processFields,
    ...kafkaFields,
    ...registryFields,
    DATABASE_URL: secret('is required: Postgres, in which the read model is').describe(
      'Postgres of the read model: postgres://user:password@host:port/database.',
    ),
  })
  .superRefine(kafkaRules, ALWAYS);
