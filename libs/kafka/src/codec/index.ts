/** Records as Avro: the registry, what writes and what reads. */
export { createDecoder, type DecodedRecord, type Decoder } from './decoder.ts';
export { createEncoder } from './encoder.ts';
export { createRegistry, type SchemaChange, type SchemaRegistry } from './registry.ts';
