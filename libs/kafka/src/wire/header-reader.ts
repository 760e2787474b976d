import { ByteReader } from './byte-reader.ts';
import type { Payload } from './raw-record.ts';

/** A header that is looked for, and its value in the record before: most do not change. */
interface Wanted {
  readonly index: number;
  readonly name: Buffer;
  lastBytes: Buffer;
  lastText: string;
}

/** Longer values are not compared with the last one: ids differ anyway. */
const MAX_REPEATED = 20;
const NOBODY: readonly Wanted[] = [];

/**
 * Makes a function that picks some headers out of a record: the text of each wanted one, in the order
 * of `names`, as latin1 (what dedup needs is ASCII, and all else stays distinct). Null where a header is
 * missing, has no value, or occurs twice: then it says nothing reliable.
 * @returns a function whose result is used again by its next call
 */
export function createHeaderReader(
  names: readonly string[],
): (record: Payload) => readonly (string | null)[] {
  const byLength: (readonly Wanted[])[] = [];
  for (const [index, text] of names.entries()) {
    const name = Buffer.from(text);
    const wanted = { index, name, lastBytes: Buffer.alloc(0), lastText: '' };
    byLength[name.length] = [...(byLength[name.length] ?? NOBODY), wanted];
  }
  const longest = byLength.length;
  for (let length = 0; length < longest; length += 1) byLength[length] ??= NOBODY;
  const found: (string | null)[] = names.map(() => null);
  const counts = new Uint8Array(names.length);

  return ({ bytes, start }) => {
    found.fill(null);
    counts.fill(0);
    const reader = new ByteReader(bytes, start);
    reader.skipBytes();
    reader.skipBytes();
    for (let left = reader.varint(); left > 0; left -= 1) {
      const length = reader.varint();
      const nameAt = reader.at;
      if (length > 0) reader.at += length;
      const valueLength = reader.varint();
      const valueAt = reader.at;
      if (valueLength > 0) reader.at += valueLength;
      const candidates = length >= 0 && length < longest ? (byLength[length] ?? NOBODY) : NOBODY;
      for (let at = 0; at < candidates.length; at += 1) {
        const wanted = candidates[at] as Wanted;
        if (!standsAt(bytes, nameAt, wanted.name)) continue;
        const { index } = wanted;
        counts[index] = (counts[index] ?? 0) + 1;
        const isUsable = counts[index] === 1 && valueLength > 0;
        found[index] = isUsable ? textOf(wanted, bytes, valueAt, valueLength) : null;
      }
    }
    return found;
  };
}

/** A string for each value of each record would cost more than all the rest. */
function textOf(wanted: Wanted, bytes: Buffer, at: number, length: number): string {
  if (length > MAX_REPEATED) return bytes.toString('latin1', at, at + length);
  if (wanted.lastBytes.length === length && standsAt(bytes, at, wanted.lastBytes)) {
    return wanted.lastText;
  }
  wanted.lastBytes = Buffer.from(bytes.subarray(at, at + length));
  wanted.lastText = wanted.lastBytes.toString('latin1');
  return wanted.lastText;
}

/** From the end: names and values that have a length in common often begin alike. */
function standsAt(bytes: Buffer, at: number, expected: Buffer): boolean {
  for (let i = expected.length - 1; i >= 0; i -= 1) {
    if (bytes[at + i] !== expected[i]) return false;
  }
  return true;
}
