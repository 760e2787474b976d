import {
  ALWAYS,
  flag,
  kafkaFields,
  kafkaRules,
  processFields,
  wholeNumber,
} from '@gemini-events/service';
import { z } from 'zod';
import { DEDUP_KEYS } from './processors/drop-duplicate.ts';

const topologyFields = {
  // The changelog is kept for three days, and `topics apply` would undo a longer retention.
  DEDUP_WINDOW_HOURS: wholeNumber(1, 72)
    .default(48)
    .describe('How long a webhook-id is remembered; the sender repeats for 24 hours.'),
  DEDUP_KEY: z
    .enum(DEDUP_KEYS, `must be one of ${DEDUP_KEYS.join(', ')}`)
    .default('webhook-id')
    .describe(
      '`webhook-id`, or `webhook-id+resource`: then the same type for the same resource is dropped under another webhook-id too.',
    ),
} as const;

export const dedupConfig = z
  .object({
    ...processFields,
    ...kafkaFields,
    ...topologyFields,
    DEDUP_ALLOW_OFFSET_RESET: flag()
      .default(false)
      .describe('Begin at the earliest record although committed offsets were lost.'),
  })
  .superRefine(kafkaRules, ALWAYS);

/** As much as `--describe` needs: it asks nobody, so it needs no brokers. */
export const describeConfig = z.object({
  TOPIC_PREFIX: kafkaFields.TOPIC_PREFIX,
  ...topologyFields,
});
