import { BridgeError, isBridgeError } from '@gemini-events/events';
import type { RecordName } from '@gemini-events/schemas';
import type { Resolver, Type } from 'avsc';
import { avroType, avroTypeOf, FULL_NAMES, type NamedRecord } from './avro-types.ts';
import { WIRE_HEADER_BYTES } from './encoder.ts';
import type { SchemaRegistry } from './registry.ts';

export type DecodedRecord = NamedRecord & { readonly schemaId: number };

export interface Decoder {
  /**
   * Reads a value in Confluent wire format into our version of its record (Avro schema resolution).
   * @throws BridgeError ERR_SCHEMA_UNKNOWN not one of our records; ERR_REGISTRY_UNAVAILABLE
   */
  decode(bytes: Buffer): Promise<DecodedRecord>;
}

interface Reader {
  readonly name: RecordName;
  readonly type: Type;
  readonly resolver: Resolver;
}

/** A decoder that asks the registry once for each schema id, however many wait for it. */
export function createDecoder(registry: Pick<SchemaRegistry, 'schemaById'>): Decoder {
  const readers = new Map<number, Promise<Reader>>();

  const load = async (schemaId: number): Promise<Reader> => {
    const schema = await registry.schemaById(schemaId);
    const writer = avroTypeOf(schema);
    const name = FULL_NAMES.get(writer.name ?? '');
    if (name === undefined) {
      throw new BridgeError('ERR_SCHEMA_UNKNOWN', `schema ${schemaId} is no record of ours`, {
        data: { schemaId },
      });
    }
    const type = avroType(name);
    return { name, type, resolver: type.createResolver(writer) };
  };

  return {
    async decode(bytes) {
      if (bytes.length < WIRE_HEADER_BYTES || bytes[0] !== 0) {
        throw new BridgeError('ERR_SCHEMA_UNKNOWN', 'the value does not begin with a schema id');
      }
      const schemaId = bytes.readInt32BE(1);
      let reader = readers.get(schemaId);
      if (reader === undefined) {
        reader = load(schemaId);
        readers.set(schemaId, reader);
        // A failure is not kept: the next record asks again.
        reader.catch(() => readers.delete(schemaId));
      }
      const { name, type, resolver } = await reader;
      try {
        const value: unknown = type.fromBuffer(bytes.subarray(WIRE_HEADER_BYTES), resolver);
        return { name, value, schemaId } as DecodedRecord;
      } catch (cause) {
        if (isBridgeError(cause)) throw cause;
        throw new BridgeError('ERR_SCHEMA_UNKNOWN', `the value is no ${name}`, {
          cause,
          data: { schemaId },
        });
      }
    },
  };
}
