import { BridgeError } from '@gemini-events/events';
import { compressionsAlgorithmsByBitmask } from '@platformatic/kafka';
import { ByteReader } from './byte-reader.ts';
import { RawRecord } from './raw-record.ts';

/** Places of a batch's fields (Kafka protocol, record batch v2). */
const LENGTH_AT = 8;
const MAGIC_AT = 16;
const ATTRIBUTES_AT = 21;
const LAST_OFFSET_DELTA_AT = 23;
const FIRST_TIMESTAMP_AT = 27;
const MAX_TIMESTAMP_AT = 35;
const PRODUCER_ID_AT = 43;
const COUNT_AT = 57;
const RECORDS_AT = 61;
/** The base offset and the length itself, which the length does not count. */
const LENGTH_COUNTS_FROM = 12;

const COMPRESSION = 0x07;
const LOG_APPEND_TIME = 0x08;
const MAGIC = 2;

/** A batch of a fetch; its records are read when they are asked for. */
export interface RawBatch {
  readonly firstOffset: number;
  readonly lastOffset: number;
  readonly attributes: number;
  readonly producerId: bigint;
  readonly records: () => RawRecord[];
}

/**
 * The whole batches in the bytes of a fetched partition. A broker may cut the last one off.
 * @throws BridgeError ERR_KAFKA_UNAVAILABLE where a batch has a form that no broker since 0.11 writes
 */
export function readBatches(bytes: Buffer): RawBatch[] {
  const batches: RawBatch[] = [];
  for (let at = 0; at + RECORDS_AT <= bytes.length; ) {
    const end = at + LENGTH_COUNTS_FROM + bytes.readInt32BE(at + LENGTH_AT);
    if (end > bytes.length) break;
    batches.push(readBatch(bytes.subarray(at, end)));
    at = end;
  }
  return batches;
}

function readBatch(bytes: Buffer): RawBatch {
  const magic = bytes[MAGIC_AT];
  if (magic !== MAGIC) {
    throw new BridgeError('ERR_KAFKA_UNAVAILABLE', `a record batch has the form ${magic}, not 2`);
  }
  const firstOffset = Number(bytes.readBigInt64BE(0));
  const attributes = bytes.readInt16BE(ATTRIBUTES_AT);
  return {
    firstOffset,
    lastOffset: firstOffset + bytes.readInt32BE(LAST_OFFSET_DELTA_AT),
    attributes,
    producerId: bytes.readBigInt64BE(PRODUCER_ID_AT),
    records: () => readRecords(bytes, firstOffset, attributes),
  };
}

function readRecords(batch: Buffer, firstOffset: number, attributes: number): RawRecord[] {
  const bytes = decompress(batch.subarray(RECORDS_AT), attributes & COMPRESSION);
  // Where the topic keeps the broker's time, records have none of their own.
  const isBrokersTime = (attributes & LOG_APPEND_TIME) !== 0;
  const base = Number(batch.readBigInt64BE(isBrokersTime ? MAX_TIMESTAMP_AT : FIRST_TIMESTAMP_AT));
  const records: RawRecord[] = [];
  const reader = new ByteReader(bytes);
  for (let left = batch.readInt32BE(COUNT_AT); left > 0; left -= 1) {
    const length = reader.varint();
    const end = reader.at + length;
    reader.at += 1; // attributes, unused
    const timeDelta = reader.varlong();
    const offset = firstOffset + reader.varint();
    const timestamp = isBrokersTime ? base : base + timeDelta;
    records.push(new RawRecord(bytes, reader.at, end, offset, timestamp));
    reader.at = end;
  }
  return records;
}

function decompress(bytes: Buffer, algorithm: number): Buffer {
  if (algorithm === 0) return bytes;
  const known = compressionsAlgorithmsByBitmask[algorithm as 1];
  if (known === undefined) {
    const message = `a record batch is compressed in an unknown way (${algorithm})`;
    throw new BridgeError('ERR_KAFKA_UNAVAILABLE', message);
  }
  return known.decompressSync(bytes);
}
