import { consumerFields } from '@gemini-events/consumer/config';
import { ALWAYS, httpUrl, kafkaRules, secret, wholeNumber } from '@gemini-events/service';
import { z } from 'zod';

export const resultsConfig = z
  .object({
    ...consumerFields,
    GEMINI_BASE_URL: httpUrl()
      .default('https://generativelanguage.googleapis.com')
      .describe('Where the Gemini API is; the only host that the results consumer talks to.'),
    GEMINI_API_KEY: secret('is required: the key of the project whose jobs these are').describe(
      'Sent as x-goog-api-key to GEMINI_BASE_URL and nowhere else.',
    ),
    RESULTS_DIR: z
      .string('is required: a folder that is kept')
      .describe('Folder in which outputs are stored; several instances must share it.'),
    RESULTS_RETRY_DELAYS_MS: z
      .string()
      .regex(/^\d+(?:,\d+)*$/, 'has to be whole numbers with commas between them')
      .default('10000,60000,600000,3600000')
      .transform((text) => text.split(',').map(Number))
      .describe('Waits before the second, third … try; after the last one comes the dead letter.'),
    RESULTS_IDLE_TIMEOUT_MS: wholeNumber(1, 600_000)
      .default(30_000)
      .describe('Longest silence of the Gemini API before and within an answer.'),
    RESULTS_DOWNLOAD_TIMEOUT_MS: wholeNumber(1, 86_400_000)
      .default(1_800_000)
      .describe('Longest time for one answer as a whole.'),
  })
  .superRefine(kafkaRules, ALWAYS);
