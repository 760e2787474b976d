import { ByteReader } from './byte-reader.ts';
import { standsAt } from './header-reader.ts';
import type { Payload } from './raw-record.ts';

/** Headers by name; of one that occurs several times the last, and none that has no value. */
export type NamedHeaders = Readonly<Record<string, Buffer>>;

/**
 * Objects without a prototype of their own kind, so that a header may have any name, and asking for one
 * that is not there gives nothing. `Object.create(null)` would do the same, slower.
 */
const Named = function () {} as unknown as new () => Record<string, Buffer>;
Named.prototype = Object.create(null) as Record<string, Buffer>;

/** Makes a function that gives all headers of a record, as views of its bytes. */
export function createNamedHeaders(): (record: Payload) => NamedHeaders {
  /** Names of the record before, in order: most records have the same ones. */
  const lastNames: string[] = [];
  return ({ bytes, start }) => {
    const headers = new Named();
    const reader = new ByteReader(bytes, start);
    reader.skipBytes();
    reader.skipBytes();
    const count = reader.varint();
    for (let index = 0; index < count; index += 1) {
      const length = reader.varint();
      const at = reader.at;
      if (length > 0) reader.at += length;
      const value = reader.nullableBytes();
      if (value === null) continue;
      let name = lastNames[index] ?? '';
      if (name.length !== length || !standsAt(bytes, at, name)) {
        name = bytes.toString('utf8', at, at + Math.max(0, length));
        // Only ASCII has as many characters as bytes, and only that can be compared byte by byte.
        if (name.length === length) lastNames[index] = name;
      }
      headers[name] = value;
    }
    return headers;
  };
}
