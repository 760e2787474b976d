import { KNOWN_TYPES } from '@gemini-events/events';
import { OWNER_NAME } from '@gemini-events/notifications';
import { FAMILIES } from '@gemini-events/schemas';
import { z } from '@hono/zod-openapi';

/** A moment, as it is answered. */
export const timeSchema = z.string().openapi({ format: 'date-time' });

/** A moment, as it is asked with; becomes milliseconds since 1970. */
export const momentSchema = z.iso
  .datetime({ offset: true, error: 'has to be a time such as 2026-11-25T12:00:00Z' })
  .transform((text) => Date.parse(text))
  .openapi({ type: 'string', format: 'date-time' });

export const timeOf = (time: number): string => new Date(time).toISOString();
export const timeOrNull = (time: number | null): string | null =>
  time === null ? null : timeOf(time);

export const ownerSchema = z
  .string()
  .regex(OWNER_NAME, 'has to be a name of letters, digits and . _ : @ -')
  .openapi({ description: 'Whose it is.', example: 'acme' });

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

/** The id in a path. What has not the form of one is not found, so a pattern would only tell more. */
export const idParams = z.object({ id: z.string() });

/** A JSON answer. */
export const json = <Schema extends z.ZodType>(schema: Schema, description: string) => ({
  description,
  content: { 'application/json': { schema } },
});

/** A JSON body that has to be there. */
export const jsonBody = <Schema extends z.ZodType>(schema: Schema, example: z.input<Schema>) => ({
  required: true,
  content: { 'application/json': { schema, example } },
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
