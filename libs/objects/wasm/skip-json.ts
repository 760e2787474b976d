/**
 * Passes over JSON text (RFC 8259) in memory without making anything of it. All functions take where a
 * thing begins and give where it ends, or `NOT_JSON`. The text is one line: a line feed ends it wherever
 * it stands, so nothing has to look for the line's end first.
 */
export const NOT_JSON: usize = 0;
export const NEWLINE: u8 = 0x0a;

const QUOTE: u8 = 0x22;
const COMMA: u8 = 0x2c;
const MINUS: u8 = 0x2d;
const COLON: u8 = 0x3a;
const OPEN_ARRAY: u8 = 0x5b;
const BACKSLASH: u8 = 0x5c;
const CLOSE_ARRAY: u8 = 0x5d;
const OPEN_OBJECT: u8 = 0x7b;
const CLOSE_OBJECT: u8 = 0x7d;
const MOST_DEPTH = 64;

/** What passes over a value. @param depth of what it lies in */
export type SkipValue = (at: usize, depth: i32) => usize;

/** What passes over the value of a member. @param name where its name begins, after the quote */
export type SkipMember = (at: usize, depth: i32, name: usize, nameEnd: usize) => usize;

export function byteAt(at: usize): u8 {
  return load<u8>(at);
}

export function isString(at: usize): bool {
  return byteAt(at) == QUOTE;
}

export function isArray(at: usize): bool {
  return byteAt(at) == OPEN_ARRAY;
}

export function isEmptyArray(at: usize): bool {
  return isArray(at) && byteAt(skipSpace(at + 1)) == CLOSE_ARRAY;
}

/** White space; it may have no length. */
export function skipSpace(at: usize): usize {
  let next = at;
  while (true) {
    const byte = byteAt(next);
    if (byte > 0x20 || (byte != 0x20 && byte != 0x0d && byte != 0x09)) return next;
    next += 1;
  }
}

/** Sixteen bytes at a time. @param at after the opening quote */
function skipString(at: usize): usize {
  let next = at;
  while (true) {
    const bytes = v128.load(next);
    const isSpecial = v128.or(
      v128.or(i8x16.eq(bytes, i8x16.splat(QUOTE)), i8x16.eq(bytes, i8x16.splat(BACKSLASH))),
      i8x16.le_u(bytes, i8x16.splat(0x1f)),
    );
    const special = i8x16.bitmask(isSpecial);
    if (special == 0) {
      next += 16;
      continue;
    }
    next += ctz(special);
    const byte = byteAt(next);
    if (byte == QUOTE) return next + 1;
    if (byte != BACKSLASH) return NOT_JSON;
    next = skipEscape(next + 1);
    if (next == NOT_JSON) return NOT_JSON;
  }
}

function skipEscape(at: usize): usize {
  switch (byteAt(at)) {
    case QUOTE:
    case BACKSLASH:
    case 0x2f: // slash, then b, f, n, r, t
    case 0x62:
    case 0x66:
    case 0x6e:
    case 0x72:
    case 0x74:
      return at + 1;
    case 0x75:
      for (let digit = at + 1; digit <= at + 4; digit += 1) {
        if (!isHex(byteAt(digit))) return NOT_JSON;
      }
      return at + 5;
    default:
      return NOT_JSON;
  }
}

export function isDigit(byte: u8): bool {
  return byte >= 0x30 && byte <= 0x39;
}

function isHex(byte: u8): bool {
  const lower = byte | 0x20;
  return isDigit(byte) || (lower >= 0x61 && lower <= 0x66);
}

export function skipNumber(at: usize): usize {
  let next = byteAt(at) == MINUS ? at + 1 : at;
  next = byteAt(next) == 0x30 ? next + 1 : skipDigits(next);
  if (next != NOT_JSON && byteAt(next) == 0x2e) next = skipDigits(next + 1);
  if (next == NOT_JSON || (byteAt(next) | 0x20) != 0x65) return next;
  const sign = byteAt(next + 1);
  return skipDigits(sign == MINUS || sign == 0x2b ? next + 2 : next + 1);
}

/** One or more. */
function skipDigits(at: usize): usize {
  let next = at;
  while (isDigit(byteAt(next))) next += 1;
  return next == at ? NOT_JSON : next;
}

/** `true`, `alse` of `false`, and `null`, read as one number. */
function skipWord(at: usize, letters: u32, end: usize): usize {
  return load<u32>(at) == letters ? end : NOT_JSON;
}

/** A value, whatever it is. */
export function skipValue(at: usize, depth: i32): usize {
  switch (byteAt(at)) {
    case QUOTE:
      return skipString(at + 1);
    case OPEN_OBJECT:
      return skipObject(at, depth, null);
    case OPEN_ARRAY:
      return skipArray(at, depth, null);
    case 0x74:
      return skipWord(at, 0x65757274, at + 4);
    case 0x66:
      return skipWord(at + 1, 0x65736c61, at + 5);
    case 0x6e:
      return skipWord(at, 0x6c6c756e, at + 4);
    default:
      return skipNumber(at);
  }
}

/** Into an object; what stands in its place is passed over. */
export function skipInto(at: usize, depth: i32, member: SkipMember): usize {
  return byteAt(at) == OPEN_OBJECT ? skipObject(at, depth, member) : skipValue(at, depth);
}

/** An object; one that lies too deep counts as none. @param at of its brace */
function skipObject(at: usize, depth: i32, member: SkipMember | null): usize {
  if (depth == MOST_DEPTH) return NOT_JSON;
  let next = skipSpace(at + 1);
  if (byteAt(next) == CLOSE_OBJECT) return next + 1;
  while (true) {
    if (byteAt(next) != QUOTE) return NOT_JSON;
    const name = next + 1;
    const afterName = skipString(name);
    if (afterName == NOT_JSON) return NOT_JSON;
    next = skipSpace(afterName);
    if (byteAt(next) != COLON) return NOT_JSON;
    next = skipSpace(next + 1);
    next =
      member === null ? skipValue(next, depth + 1) : member(next, depth + 1, name, afterName - 1);
    if (next == NOT_JSON) return NOT_JSON;
    next = skipSpace(next);
    const byte = byteAt(next);
    if (byte == CLOSE_OBJECT) return next + 1;
    if (byte != COMMA) return NOT_JSON;
    next = skipSpace(next + 1);
  }
}

/** An array; one that lies too deep counts as none. @param at of its bracket */
export function skipArray(at: usize, depth: i32, element: SkipValue | null): usize {
  if (depth == MOST_DEPTH) return NOT_JSON;
  let next = skipSpace(at + 1);
  if (byteAt(next) == CLOSE_ARRAY) return next + 1;
  while (true) {
    next = element === null ? skipValue(next, depth + 1) : element(next, depth + 1);
    if (next == NOT_JSON) return NOT_JSON;
    next = skipSpace(next);
    const byte = byteAt(next);
    if (byte == CLOSE_ARRAY) return next + 1;
    if (byte != COMMA) return NOT_JSON;
    next = skipSpace(next + 1);
  }
}

/** ASCII without escapes. */
export function isPlain(start: usize, end: usize): bool {
  for (let next = start; next < end; next += 16) {
    const bytes = v128.load(next);
    const special = i8x16.bitmask(v128.or(bytes, i8x16.eq(bytes, i8x16.splat(BACKSLASH))));
    const left = <i32>(end - next);
    if ((left < 16 ? special & ((1 << left) - 1) : special) != 0) return false;
  }
  return true;
}

/** Where the line ends. */
export function findNewline(at: usize): usize {
  let next = at;
  while (true) {
    const found = i8x16.bitmask(i8x16.eq(v128.load(next), i8x16.splat(NEWLINE)));
    if (found != 0) return next + ctz(found);
    next += 16;
  }
}
