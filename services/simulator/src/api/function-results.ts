import { z } from 'zod';
import { invalid } from './google-error.ts';
import { isObject, type Json, parseStrict } from './read-body.ts';

const resultSchema = z.strictObject({
  type: z.literal('function_result'),
  call_id: z.string(),
  name: z.string().optional(),
  result: z
    .unknown()
    .refine(
      isResult,
      'a string, an object or a list of content is needed; another list goes into {"result":[...]}',
    ),
  is_error: z.boolean().optional(),
});

/** Whether an input brings results of function calls. */
export function bringsResults(steps: readonly Json[]): boolean {
  return steps.some(({ type }) => type === 'function_result');
}

/**
 * Holds the results of an input to the calls that wait for them: one for each, no others. Calls may also
 * stand in the input itself, with the signature that they came with.
 * @param pending ids of the calls of the previous interaction
 * @throws GoogleError 400
 */
export function checkResults(steps: readonly Json[], pending: readonly string[]): void {
  const found = steps.filter(({ type }) => type === 'function_result');
  if (found.length === 0) return;
  const { input } = parseStrict(z.object({ input: z.array(resultSchema) }), { input: found });
  const waiting = new Set([...pending, ...replayedCalls(steps)]);
  const answered = new Set<string>();
  for (const { call_id } of input) {
    if (!waiting.has(call_id)) throw invalid(`No function call '${call_id}' waits for a result.`);
    if (answered.has(call_id)) throw invalid(`Function call '${call_id}' has two results.`);
    answered.add(call_id);
  }
  for (const id of waiting) {
    if (!answered.has(id)) {
      throw invalid(`Function call '${id}' has no result: all go into one request.`);
    }
  }
}

function replayedCalls(steps: readonly Json[]): string[] {
  return steps
    .filter(({ type }) => type === 'function_call')
    .map(({ id, signature }) => {
      if (typeof id !== 'string') throw invalid('A function_call has no id.');
      if (typeof signature !== 'string') {
        throw invalid(`Function call '${id}' has lost its signature.`);
      }
      return id;
    });
}

function isResult(value: unknown): boolean {
  if (typeof value === 'string' || isObject(value)) return true;
  return (
    Array.isArray(value) &&
    value.every((item) => isObject(item) && typeof item['type'] === 'string')
  );
}
