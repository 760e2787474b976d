import { consumerFields } from '@gemini-events/consumer/config';
import { resultsStoreFields, resultsStoreRules } from '@gemini-events/objects';
import {
  ALWAYS,
  httpUrl,
  kafkaRules,
  listIn,
  port,
  Secret,
  wholeNumber,
} from '@gemini-events/service';
import { z } from 'zod';

const KEY_BYTES = 32;
const bytesOf = (text: string): Buffer[] =>
  text.split(',').map((key) => Buffer.from(key.trim(), 'base64'));

const milliseconds = () =>
  z
    .string()
    .regex(/^\d+(?:,\d+)*$/, 'has to be whole numbers with commas between them')
    .transform((text) => text.split(',').map(Number));

export const notifierConfig = z
  .object({
    ...consumerFields,
    ...resultsStoreFields,
    NOTIFIER_KEYS: z
      .string('is required: 32 random bytes as base64, `openssl rand -base64 32`')
      .refine((text) => bytesOf(text).every((key) => key.length === KEY_BYTES), {
        message: 'has to be base64 of 32 bytes; several with commas between them',
      })
      .transform((text) => new Secret(text))
      .describe(
        'Seal the signing secrets of endpoints in the database, and sign links; the newest first, older ones still open.',
      ),
    NOTIFIER_RULES_FILE: z
      .string()
      .optional()
      .describe('YAML file of rules and Slack channels; looked at every two seconds.'),
    NOTIFIER_API_HOST: z.string().default('127.0.0.1').describe('Address of the API.'),
    NOTIFIER_API_PORT: port().default(8070).describe('Port of the API; 0: any free one.'),
    NOTIFIER_PUBLIC_URL: httpUrl()
      .optional()
      .describe('Where customers reach the API; without it deliveries hold no links to results.'),
    NOTIFIER_ALLOWED_PORTS: z
      .string()
      .regex(/^\d{1,5}(?:,\d{1,5})*$/, 'has to be ports with commas between them')
      .default('443')
      .transform((text) => text.split(',').map(Number))
      .describe('Ports that endpoints may have.'),
    NOTIFIER_OWN_ORIGINS: z
      .string()
      .default('')
      .transform(listIn)
      .refine((all) => all.every((each) => URL.parse(each)?.origin === each), {
        message: 'has to be origins such as http://127.0.0.1:9000, with commas between them',
      })
      .describe(
        'Origins of your own that endpoints may have by http, on any port, at private addresses. What they answer is not kept.',
      ),
    NOTIFIER_TIMEOUT_MS: wholeNumber(100, 120_000)
      .default(20_000)
      .describe('Longest time for one attempt, from the look-up of the name to the answer.'),
    NOTIFIER_RETRY_DELAYS_MS: milliseconds()
      .default([
        5_000, 300_000, 1_800_000, 7_200_000, 18_000_000, 36_000_000, 50_400_000, 72_000_000,
        86_400_000,
      ])
      .describe('Waits before the second, third … attempt, each up to a fifth longer or shorter.'),
    NOTIFIER_DISABLE_AFTER_HOURS: wholeNumber(1, 24 * 60)
      .default(120)
      .describe('An endpoint that has failed for so long without one success is switched off.'),
    NOTIFIER_MAX_IN_FLIGHT: wholeNumber(4, 4_096)
      .default(512)
      .describe('Attempts under way at a time; a quarter of them at most for lanes that fail.'),
    NOTIFIER_ENDPOINT_CONCURRENCY: wholeNumber(1, 256)
      .default(8)
      .describe('Attempts at a time to one endpoint that sets nothing else.'),
    NOTIFIER_KEPT_DAYS: wholeNumber(1, 365)
      .default(30)
      .describe('How long messages and their attempts can be looked at and sent again.'),
    SLACK_API_URL: httpUrl()
      .default('https://slack.com/api')
      .describe('Where the API of Slack is. The operator’s own word: http and loopback are fine.'),
  })
  .superRefine(kafkaRules, ALWAYS)
  .superRefine(resultsStoreRules, ALWAYS);

export type NotifierConfig = z.output<typeof notifierConfig>;

/** The keys of the configuration, the newest first. */
export function notifierKeys(config: Pick<NotifierConfig, 'NOTIFIER_KEYS'>): readonly Buffer[] {
  return bytesOf(config.NOTIFIER_KEYS.reveal());
}
