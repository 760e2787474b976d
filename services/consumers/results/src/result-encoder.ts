import { createEncoder, type SchemaRegistry } from '@gemini-events/kafka';
import type { Result } from '@gemini-events/schemas';
import { untilSuccess } from '@gemini-events/service';

/** Encodes a result; null until the registry has told the schema's id. */
export function awaitResultEncoder(
  registry: SchemaRegistry,
  prefix: string,
  options: { readonly signal: AbortSignal; readonly onFailure: (error: unknown) => void },
): () => ((result: Result) => Buffer) | null {
  let encodeResult: ((result: Result) => Buffer) | null = null;
  const lookup = () => registry.lookupSchemaIds(prefix, ['Result']);
  void untilSuccess(lookup, options).then(
    (ids) => {
      const encode = createEncoder(ids);
      encodeResult = (value) => encode({ name: 'Result', value });
    },
    () => undefined,
  );
  return () => encodeResult;
}
