import { ByteReader } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';
import type { Payload } from './raw-record.ts';

/** Lengths of a key, a value and the header count, or of a header's name and value. */
const LENGTHS = 15;

/** Encodes key, value and headers as they stand in a record. */
export function encodePayload(content: {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers?: readonly (readonly [name: Buffer, value: Buffer | null])[];
}): Payload {
  const { key, value, headers = [] } = content;
  const writer = new ByteWriter(0);
  writer.reserve((key?.length ?? 0) + (value?.length ?? 0) + LENGTHS);
  writer.varintNullable(key);
  writer.varintNullable(value);
  writer.varint(headers.length);
  for (const [name, text] of headers) {
    writer.reserve(name.length + (text?.length ?? 0) + LENGTHS);
    writer.varintBytes(name);
    writer.varintNullable(text);
  }
  const bytes = writer.view();
  return { bytes, start: 0, end: bytes.length };
}

/** The same key, value and headers, with this header in place of any that has its name. */
export function withHeader(payload: Payload, name: string, value: string): Payload {
  return withHeaders(payload, { [name]: value });
}

/** The same key, value and headers, with these headers in place of any that have their names. */
export function withHeaders(
  { bytes, start }: Payload,
  added: Readonly<Record<string, string>>,
): Payload {
  const reader = new ByteReader(bytes, start);
  const key = reader.nullableBytes();
  const body = reader.nullableBytes();
  const headers: [Buffer, Buffer | null][] = [];
  for (let left = reader.varint(); left > 0; left -= 1) {
    const each = reader.nullableBytes() ?? Buffer.alloc(0);
    const text = reader.nullableBytes();
    if (!Object.hasOwn(added, each.toString())) headers.push([each, text]);
  }
  for (const [name, value] of Object.entries(added)) {
    headers.push([Buffer.from(name), Buffer.from(value)]);
  }
  return encodePayload({ key, value: body, headers });
}
