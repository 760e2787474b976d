/**
 * Passes over JSON text (RFC 8259) in bytes without making anything of it. All functions take where a
 * thing begins and give where it ends, or `NOT_JSON`.
 */
export const NOT_JSON = -1;

/** A text of one or more bytes, and a view of the same memory for reading four of them at once. */
export interface JsonBytes {
  readonly bytes: Buffer;
  readonly view: DataView;
}

export const QUOTE = 0x22;
export const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
export const OPEN_ARRAY = 0x5b;
export const CLOSE_ARRAY = 0x5d;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const MINUS = 0x2d;
const MOST_DEPTH = 64;
/** What may follow a backslash, `u` apart. */
const ESCAPES = bitmap('"\\/bfnrt');
const HEX = bitmap('0123456789abcdefABCDEF');

function bitmap(characters: string): Uint8Array {
  const is = new Uint8Array(256);
  for (const byte of Buffer.from(characters)) is[byte] = 1;
  return is;
}

/** White space; it may have no length. */
export function skipSpace({ bytes }: JsonBytes, at: number): number {
  let next = at;
  let byte = bytes[next] ?? 0;
  while (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) {
    next += 1;
    byte = bytes[next] ?? 0;
  }
  return next;
}

/** @param at after the opening quote */
function skipString({ bytes, view }: JsonBytes, at: number): number {
  const lastWord = bytes.length - 4;
  let next = at;
  for (;;) {
    // Four bytes at a time: the usual tests of a word for a zero byte and for one below 0x20.
    for (; next <= lastWord; next += 4) {
      const word = view.getInt32(bytes.byteOffset + next, true);
      const quote = word ^ 0x22222222;
      const slash = word ^ 0x5c5c5c5c;
      const special =
        ((quote - 0x01010101) & ~quote) |
        ((slash - 0x01010101) & ~slash) |
        ((word - 0x20202020) & ~word);
      if ((special & 0x80808080) !== 0) break;
    }
    let byte = bytes[next] ?? 0;
    while (byte >= 0x20 && byte !== QUOTE && byte !== BACKSLASH) {
      next += 1;
      byte = bytes[next] ?? 0;
    }
    if (byte === QUOTE) return next + 1;
    if (byte !== BACKSLASH) return NOT_JSON;
    next = skipEscape(bytes, next + 1);
    if (next === NOT_JSON) return NOT_JSON;
  }
}

function skipEscape(bytes: Buffer, at: number): number {
  const byte = bytes[at] ?? 0;
  if (ESCAPES[byte] === 1) return at + 1;
  if (byte !== 0x75) return NOT_JSON;
  for (let digit = at + 1; digit <= at + 4; digit += 1) {
    if (HEX[bytes[digit] ?? 0] !== 1) return NOT_JSON;
  }
  return at + 5;
}

export function skipNumber({ bytes }: JsonBytes, at: number): number {
  let next = bytes[at] === MINUS ? at + 1 : at;
  next = bytes[next] === 0x30 ? next + 1 : skipDigits(bytes, next);
  if (next !== NOT_JSON && bytes[next] === 0x2e) next = skipDigits(bytes, next + 1);
  if (next === NOT_JSON || (bytes[next] !== 0x65 && bytes[next] !== 0x45)) return next;
  const sign = bytes[next + 1];
  return skipDigits(bytes, sign === MINUS || sign === 0x2b ? next + 2 : next + 1);
}

/** One or more. */
function skipDigits(bytes: Buffer, at: number): number {
  let next = at;
  for (let byte = bytes[next] ?? 0; byte >= 0x30 && byte <= 0x39; byte = bytes[next] ?? 0)
    next += 1;
  return next === at ? NOT_JSON : next;
}

function skipWord(bytes: Buffer, at: number, word: string): number {
  for (let each = 0; each < word.length; each += 1) {
    if (bytes[at + each] !== word.charCodeAt(each)) return NOT_JSON;
  }
  return at + word.length;
}

/** What passes over a value. @param depth of what it lies in */
export type SkipValue = (json: JsonBytes, at: number, depth: number) => number;

/** What passes over the value of a member. @param name where its name begins, after the quote */
export type SkipMember = (
  json: JsonBytes,
  at: number,
  depth: number,
  name: number,
  nameEnd: number,
) => number;

/** A value, whatever it is. */
export function skipValue(json: JsonBytes, at: number, depth: number): number {
  switch (json.bytes[at] ?? 0) {
    case QUOTE:
      return skipString(json, at + 1);
    case OPEN_OBJECT:
      return skipObject(json, at, depth, skipValue);
    case OPEN_ARRAY:
      return skipArray(json, at, depth, skipValue);
    case 0x74:
      return skipWord(json.bytes, at, 'true');
    case 0x66:
      return skipWord(json.bytes, at, 'false');
    case 0x6e:
      return skipWord(json.bytes, at, 'null');
    default:
      return skipNumber(json, at);
  }
}

/** An object; one that lies too deep counts as none. @param at of its brace */
export function skipObject(json: JsonBytes, at: number, depth: number, member: SkipMember): number {
  const { bytes } = json;
  if (depth === MOST_DEPTH) return NOT_JSON;
  let next = skipSpace(json, at + 1);
  if (bytes[next] === CLOSE_OBJECT) return next + 1;
  for (;;) {
    if (bytes[next] !== QUOTE) return NOT_JSON;
    const name = next + 1;
    const afterName = skipString(json, name);
    if (afterName === NOT_JSON) return NOT_JSON;
    next = skipSpace(json, afterName);
    if (bytes[next] !== COLON) return NOT_JSON;
    next = member(json, skipSpace(json, next + 1), depth + 1, name, afterName - 1);
    if (next === NOT_JSON) return NOT_JSON;
    next = skipSpace(json, next);
    const byte = bytes[next];
    if (byte === CLOSE_OBJECT) return next + 1;
    if (byte !== COMMA) return NOT_JSON;
    next = skipSpace(json, next + 1);
  }
}

/** An array; one that lies too deep counts as none. @param at of its bracket */
export function skipArray(json: JsonBytes, at: number, depth: number, element: SkipValue): number {
  const { bytes } = json;
  if (depth === MOST_DEPTH) return NOT_JSON;
  let next = skipSpace(json, at + 1);
  if (bytes[next] === CLOSE_ARRAY) return next + 1;
  for (;;) {
    next = element(json, next, depth + 1);
    if (next === NOT_JSON) return NOT_JSON;
    next = skipSpace(json, next);
    const byte = bytes[next];
    if (byte === CLOSE_ARRAY) return next + 1;
    if (byte !== COMMA) return NOT_JSON;
    next = skipSpace(json, next + 1);
  }
}
