import { ByteReader } from './byte-reader.ts';
import type { Payload } from './raw-record.ts';

/** A header that is looked for, and its value in the record before: most do not change. */
interface Wanted {
  readonly index: number;
  readonly name: string;
  lastText: string;
}

/** Longer values are not compared with the last one: they hardly ever come again. */
const MAX_REPEATED = 32;
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
    const name = Buffer.from(text).toString('latin1');
    const wanted = { index, name, lastText: '' };
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

/** Making a string costs more than looking whether it is the last one. */
function textOf(wanted: Wanted, bytes: Buffer, at: number, length: number): string {
  const isRepeated =
    length <= MAX_REPEATED &&
    wanted.lastText.length === length &&
    standsAt(bytes, at, wanted.lastText);
  if (!isRepeated) wanted.lastText = bytes.toString('latin1', at, at + length);
  return wanted.lastText;
}

/** From the end: names and values that have a length in common often begin alike. */
export function standsAt(bytes: Buffer, at: number, expected: string): boolean {
  for (let i = expected.length - 1; i >= 0; i -= 1) {
    if (bytes[at + i] !== expected.charCodeAt(i)) return false;
  }
  return true;
}
