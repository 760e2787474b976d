import { z } from 'zod';
import { sourcesFileSchema } from './sources-schema.ts';

/** The sources file as a JSON Schema, for editors; rules between fields are checked at the start only. */
export function sourcesJsonSchema(): object {
  const { $schema, ...rest } = z.toJSONSchema(sourcesFileSchema, { io: 'input' });
  return {
    $schema,
    title: 'Sources of gemini-events',
    description:
      'The file that SOURCES_FILE of the ingress names. Rules between fields are checked by the ingress itself.',
    ...rest,
  };
}
