import { ByteReader } from './byte-reader.ts';

/** A header as it stands in a record; one name may occur several times. */
export type RawHeader = readonly [name: Buffer, value: Buffer | null];

/** Key, value and headers of a record as they are encoded: a part of some bytes. */
export interface Payload {
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
}

/**
 * A record as it stands in the bytes of a fetch (Kafka protocol, record batch v2). Nothing is decoded
 * or copied before it is asked for; what it gives are views of those bytes. It is the payload of a copy
 * of itself: on the hot path even a view of its own would cost more than all else.
 */
export class RawRecord implements Payload {
  readonly bytes: Buffer;
  /** Where the key's length stands. */
  readonly start: number;
  /** Behind the last header. */
  readonly end: number;
  readonly offset: number;
  /** Record time, milliseconds since 1970. */
  readonly timestamp: number;

  constructor(bytes: Buffer, start: number, end: number, offset: number, timestamp: number) {
    this.bytes = bytes;
    this.start = start;
    this.end = end;
    this.offset = offset;
    this.timestamp = timestamp;
  }

  /** A record of its own, not out of a fetch. */
  static of(payload: Payload, offset: number, timestamp: number): RawRecord {
    return new RawRecord(payload.bytes, payload.start, payload.end, offset, timestamp);
  }

  get key(): Buffer | null {
    return this.#reader().nullableBytes();
  }

  get value(): Buffer | null {
    const reader = this.#reader();
    reader.skipBytes();
    return reader.nullableBytes();
  }

  headers(): RawHeader[] {
    const reader = this.#reader();
    reader.skipBytes();
    reader.skipBytes();
    const headers: RawHeader[] = [];
    for (let left = reader.varint(); left > 0; left -= 1) {
      const name = reader.nullableBytes() ?? Buffer.alloc(0);
      headers.push([name, reader.nullableBytes()]);
    }
    return headers;
  }

  #reader(): ByteReader {
    return new ByteReader(this.bytes, this.start);
  }
}
