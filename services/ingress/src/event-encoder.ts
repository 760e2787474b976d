import { type ComposedValue, isBridgeError } from '@gemini-events/events';
import { createEncoder, type SchemaRegistry } from '@gemini-events/kafka/codec';
import type { RecordName } from '@gemini-events/schemas';
import { untilSuccess } from '@gemini-events/service';
import type { SchemaIdShelf } from './schema-id-shelf.ts';

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
 * until then. While the registry does not answer, the ids of an earlier start are used: they never
 * change. Schemas are never registered here.
 */
export function awaitEncoder(options: {
  readonly registry: Pick<SchemaRegistry, 'lookupSchemaIds'>;
  readonly prefix: string;
  readonly shelf: SchemaIdShelf;
  readonly signal: AbortSignal;
  readonly onFailure: (error: unknown) => void;
}): () => Encode | null {
  const { registry, prefix, shelf, signal, onFailure } = options;
  let encode: Encode | null = null;
  const look = async (): Promise<void> => {
    const ids = await registry.lookupSchemaIds(prefix, RECORDS);
    // Kept before they are used: who is ready and killed at once has them at the next start. The
    // registry goes first then too: this only bridges an outage of it.
    await shelf.save(ids).catch(onFailure);
    encode = createEncoder(ids);
  };
  const bridge = async (error: unknown): Promise<void> => {
    if (encode !== null || !isBridgeError(error, 'ERR_REGISTRY_UNAVAILABLE')) return;
    const ids = await shelf.load().catch(() => null);
    if (ids === null || !RECORDS.every((name) => ids.has(name)) || encode !== null) return;
    encode = createEncoder(new Map(RECORDS.map((name) => [name, ids.get(name) ?? 0])));
  };
  // Ends by success or by the signal.
  untilSuccess(look, {
    signal,
    onFailure: (error) => {
      onFailure(error);
      void bridge(error);
    },
  }).catch(() => undefined);
  return () => encode;
}
