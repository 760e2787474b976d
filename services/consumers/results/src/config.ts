import {
  ALWAYS,
  httpUrl,
  kafkaFields,
  kafkaRules,
  processFields,
  registryFields,
  secret,
  wholeNumber,
} from '@gemini-events/service';
import { z } from 'zod';

export const resultsConfig = z
  .object({
    ...processFields,
    ...kafkaFields,
    ...registryFields,
    GEMINI_BASE_URL: httpUrl()
      .default('https://generativelanguage.googleapis.com')
      .describe('Where the Gemini API is; the only host that the results consumer talks to.'),
    GEMINI_API_KEY: secret('is required: the key of the project whose jobs these are').describe(
      'Sent as x-goog-api-key to GEMINI_BASE_URL and nowhere else.',
    ),
    RESULTS_DIR: z
      .string('is required: a folder that is kept')
      .describe('Folder in which outputs are stored; several instances must share it.'),
    RESULTS_MAX_ATTEMPTS: wholeNumber(1, 100)
      .default(7)
      .describe('Tries of one event before it becomes a dead letter.'),
    RESULTS_RETRY_FIRST_WAIT_MS: wholeNumber(1, 600_000)
      .default(1_000)
      .describe('Longest wait before the second try; doubles with each further one, up to 30 s.'),
    RESULTS_IDLE_TIMEOUT_MS: wholeNumber(1, 600_000)
      .default(30_000)
      .describe('Longest silence of the Gemini API before and within an answer.'),
    RESULTS_DOWNLOAD_TIMEOUT_MS: wholeNumber(1, 86_400_000)
      .default(1_800_000)
      .describe('Longest time for one answer as a whole.'),
  })
  .superRefine(kafkaRules, ALWAYS);
