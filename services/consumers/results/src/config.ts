import { consumerFields } from '@gemini-events/consumer/config';
import { resultsStoreFields, resultsStoreRules } from '@gemini-events/objects';
import { ALWAYS, httpUrl, kafkaRules, secret, wholeNumber } from '@gemini-events/service';
import { z } from 'zod';

const HOST = /^(?:\*\.)?(?:[a-z0-9-]+\.)+[a-z0-9-]+$/;

export const resultsConfig = z
  .object({
    ...consumerFields,
    ...resultsStoreFields,
    GEMINI_BASE_URL: httpUrl()
      .default('https://generativelanguage.googleapis.com')
      .describe('Where the Gemini API is. The operator’s own word: http and loopback are fine.'),
    GEMINI_API_KEY: secret('is required: the key of the project whose jobs these are').describe(
      'Sent as x-goog-api-key to GEMINI_BASE_URL and nowhere else.',
    ),
    RESULTS_ALLOWED_HOSTS: z
      .string()
      .default('generativelanguage.googleapis.com,storage.googleapis.com')
      .transform((text) => text.split(',').map((host) => host.trim().toLowerCase()))
      .refine((hosts) => hosts.every((host) => HOST.test(host)), {
        message: 'has to be names of hosts with commas between them; *.example.com for all below',
      })
      .describe('Hosts that a job’s output or a redirect may lead to, by https, without the key.'),
    RESULTS_PROXY_URL: httpUrl()
      .optional()
      .describe('Proxy for these hosts; it resolves their names then.'),
    RESULTS_MAX_BYTES: wholeNumber(1, 2 ** 40)
      .default(8 * 1024 ** 3)
      .describe('Longest output that is stored; a longer one is a dead letter.'),
    RESULTS_CONCURRENCY: wholeNumber(1, 256)
      .default(8)
      .describe('Outputs that one instance fetches at a time.'),
    RESULTS_RETRY_DELAYS_MS: z
      .string()
      .regex(/^\d+(?:,\d+)*$/, 'has to be whole numbers with commas between them')
      .default('10000,60000,600000,3600000')
      .transform((text) => text.split(',').map(Number))
      .describe('Waits before the second, third … try; after the last one comes the dead letter.'),
    RESULTS_IDLE_TIMEOUT_MS: wholeNumber(1, 600_000)
      .default(30_000)
      .describe('Longest silence of a host before and within an answer.'),
    RESULTS_DOWNLOAD_TIMEOUT_MS: wholeNumber(1, 86_400_000)
      .default(1_800_000)
      .describe(
        'Longest time for one answer as a whole; what is left of it is asked for anew then.',
      ),
  })
  .superRefine(kafkaRules, ALWAYS)
  .superRefine(resultsStoreRules, ALWAYS);
