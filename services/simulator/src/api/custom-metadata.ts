import { z } from 'zod';
import { parseStrict } from './read-body.ts';

const MAX_ENTRIES = 20;

const entrySchema = z
  .object({
    key: z.string().min(1),
    stringValue: z.string().optional(),
    numericValue: z.number().optional(),
    stringListValue: z.object({ values: z.array(z.string()).default([]) }).optional(),
  })
  .refine(
    ({ stringValue, numericValue, stringListValue }) =>
      [stringValue, numericValue, stringListValue].filter((value) => value !== undefined).length ===
      1,
    "exactly one of 'stringValue', 'numericValue' and 'stringListValue' is needed",
  );

const schema = z.object({ customMetadata: z.array(entrySchema).max(MAX_ENTRIES).default([]) });

/**
 * `customMetadata` of a document.
 * @throws GoogleError 400
 */
export function customMetadataOf(value: unknown): readonly object[] {
  return parseStrict(schema, { customMetadata: value ?? undefined }).customMetadata;
}
