import { BridgeError } from '@gemini-events/events';
import type { RecordName } from '@gemini-events/schemas';
import type { Type } from 'avsc';
import { avroType, type NamedRecord } from './avro-types.ts';

/** Magic byte 0 and the schema id, big-endian (Confluent wire format). */
export const WIRE_HEADER_BYTES = 5;

const SCRATCH_BYTES = 64 * 1024;

/**
 * An encoder for the records whose schema ids are given: Confluent wire format in one buffer. Runs for
 * each delivery, so it writes into one scratch buffer and copies once.
 * @throws BridgeError ERR_SCHEMA_MISSING for a record without an id
 */
export function createEncoder(
  ids: ReadonlyMap<RecordName, number>,
): (record: NamedRecord) => Buffer {
  const scratch = Buffer.allocUnsafe(SCRATCH_BYTES);
  const types = new Map<RecordName, { readonly id: number; readonly type: Type }>();
  for (const [name, id] of ids) types.set(name, { id, type: avroType(name) });

  return ({ name, value }) => {
    const known = types.get(name);
    if (known === undefined) {
      throw new BridgeError('ERR_SCHEMA_MISSING', `the schema id of ${name} is not known`);
    }
    const plain = name === 'QuarantinedDelivery' ? { ...value, body: asBuffer(value.body) } : value;
    const end = known.type.encode(plain, scratch, WIRE_HEADER_BYTES);
    // A negative end tells how many bytes were missing.
    const encoded =
      end >= 0
        ? Buffer.from(scratch.subarray(0, end))
        : Buffer.concat([Buffer.alloc(WIRE_HEADER_BYTES), known.type.toBuffer(plain)]);
    encoded[0] = 0;
    encoded.writeInt32BE(known.id, 1);
    return encoded;
  };
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
