import {
  ALWAYS,
  flag,
  kafkaFields,
  kafkaRules,
  processFields,
  wholeNumber,
} from '@gemini-events/service';
import { z } from 'zod';

export const dedupConfig = z
  .object({
    ...processFields,
    ...kafkaFields,
    // The changelog is kept for three days: what is older would be forgotten at a restart.
    DEDUP_WINDOW_HOURS: wholeNumber(1, 72)
      .default(48)
      .describe('How long a webhook-id is remembered; the sender repeats for 24 hours.'),
    DEDUP_ALLOW_OFFSET_RESET: flag()
      .default(false)
      .describe('Begin at the earliest record although committed offsets were lost.'),
  })
  .superRefine(kafkaRules, ALWAYS);
