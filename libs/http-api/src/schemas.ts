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
