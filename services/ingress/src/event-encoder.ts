import type { ComposedValue } from '@gemini-events/events';
import { createEncoder, type SchemaRegistry } from '@gemini-events/kafka';
import type { RecordName } from '@gemini-events/schemas';
import { untilSuccess } from '@gemini-events/service';

type Encode = (content: ComposedValue) => Buffer;

const RECORDS: readonly RecordName[] = [
  'BatchEvent',
  'InteractionEvent',
  'VideoEvent',
  'UnknownEvent',
  'QuarantinedDelivery',
];

/**
 * Looks the schema ids up, again and again until all are there; the returned function gives null
 * until then. Schemas are never registered here.
 */
export function awaitEncoder(options: {
  readonly registry: Pick<SchemaRegistry, 'lookupSchemaIds'>;
  readonly prefix: string;
  readonly signal: AbortSignal;
  readonly onFailure: (error: unknown) => void;
}): () => Encode | null {
  const { registry, prefix, signal, onFailure } = options;
  let encode: Encode | null = null;
  const look = async (): Promise<void> => {
    encode = createEncoder(await registry.lookupSchemaIds(prefix, RECORDS));
  };
  // Ends by success or by the signal.
  untilSuccess(look, { signal, onFailure }).catch(() => undefined);
  return () => encode;
}
