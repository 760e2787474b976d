import type { z } from 'zod';
import { invalid } from '../api/google-error.ts';
import { parseStrict } from '../api/read-body.ts';

/** JSON after the word, on one line. Text that merely says `simulate: ...` is no script. */
const LINE = /^[ \t]*simulate:[ \t]*(\{.*)$/m;

/**
 * The script that stands in a text as a line `simulate: {...}`; null where there is none.
 * @throws GoogleError 400 for a script that cannot be understood
 */
export function scriptIn<Output>(schema: z.ZodType<Output>, text: string): Output | null {
  const json = LINE.exec(text)?.[1];
  if (json === undefined) return null;
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw invalid("What follows 'simulate:' is not JSON on one line.");
  }
  return parseStrict(schema, value);
}
