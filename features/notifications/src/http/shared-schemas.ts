import { KNOWN_TYPES } from '@gemini-events/events';
import { FAMILIES } from '@gemini-events/schemas';
import { z } from '@hono/zod-openapi';

/** `endpoint`: notices about the endpoints themselves. */
const NOTICES = 'endpoint';
const WANTED = [...KNOWN_TYPES, ...FAMILIES, NOTICES] as const;

export const typesSchema = z
  .array(z.enum(WANTED))
  .min(1)
  .max(WANTED.length)
  .refine((types) => new Set(types).size === types.length, 'names one twice')
  .nullable()
  .openapi({
    description:
      'Types that are wanted. A family, such as `batch`, stands for all of its types; `endpoint` for notices about endpoints. Null: all.',
    example: ['batch', 'interaction.failed'],
  });

/** What one queues is sent by the deliverer, as everything is. */
export const queuedSchema = z
  .strictObject({
    queued: z.int().min(0).openapi({ description: 'Deliveries that were queued by this call.' }),
    more: z
      .boolean()
      .openapi({ description: 'There are more than fit into one call: call again.' }),
  })
  .openapi('Queued', { example: { queued: 12, more: false } });
