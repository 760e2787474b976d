import { z } from 'zod';
import { rulesFileSchema } from './rule-schema.ts';

/** The rules file as a JSON Schema, for editors; templates and rules between fields are checked by us only. */
export function rulesJsonSchema(): object {
  const { $schema, ...rest } = z.toJSONSchema(rulesFileSchema, { io: 'input' });
  return {
    $schema,
    title: 'Notification rules of gemini-events',
    description:
      'The file that NOTIFIER_RULES_FILE of the notifier names. Templates and rules between fields are checked by `gemini-events notify check`.',
    ...rest,
  };
}
