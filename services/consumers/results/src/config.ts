import { httpUrl, kafkaFields, processFields, registryFields, secret, wholeNumber } from '@gemini-events/service';
import { z } from 'zod';

export const resultsConfig = z.object({
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
    .describe('Folder in which outputs are stored.'),
  RESULTS_MAX_ATTEMPTS: wholeNumber(1, 100)
    .default(6)
    .describe('Tries of one event before it becomes a dead letter.'),
});

export type ResultsConfig = z.output<typeof resultsConfig>;
