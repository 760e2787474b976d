import {
  byteAt,
  isArray,
  isDigit,
  isEmptyArray,
  isPlain,
  isString,
  NEWLINE,
  NOT_JSON,
  skipArray,
  skipInto,
  skipNumber,
  skipSpace,
  skipValue,
} from './skip-json';

/** `LONGEST_KEY` of `src/rows/read-row.ts`. */
const LONGEST_KEY: usize = 1024;
/** Digits of a count that a number holds exactly. */
const MOST_DIGITS: usize = 15;
/** Those of `src/rows/usage-fields.ts`, in their order. */
export const USAGE_FIELDS = 6;
/** In place of a count that is not there. */
export const NO_COUNT: f64 = -1;

/** Counts of the row that was skimmed last. */
export const usage = memory.data(8 * USAGE_FIELDS, 8);
/** Where its key and the name of its model stand, from one place to another; nowhere where that is 0. */
const RANGE_END = sizeof<usize>();
export const key = memory.data(2 * 4, 4);
export const model = memory.data(2 * 4, 4);

export function startOf(range: usize): usize {
  return load<usize>(range);
}

export function endOf(range: usize): usize {
  return load<usize>(range, RANGE_END);
}

// Of members with one name the last one counts: a row that has such ones is none for us.
const KEY = 1;
const RESPONSE = 2;
const CANDIDATES = 4;
const USAGE = 8;
const MODEL = 16;
const CONTENT = 32;
const PARTS = 64;
let seen: i32 = 0;
let hasContent: bool = false;

/**
 * A line that holds a row with a key and an answer: where it ends. `NOT_JSON` where `readRow` may say
 * something else of it: it has none, or is not as simple, or no JSON.
 */
export function skimRow(line: usize): usize {
  seen = 0;
  hasContent = false;
  store<usize>(key, 0, RANGE_END);
  store<usize>(model, 0, RANGE_END);
  for (let field = 0; field < USAGE_FIELDS; field += 1) store<f64>(usage + field * 8, NO_COUNT);
  const afterRow = skipInto(skipSpace(line), 0, inRow);
  if (afterRow == NOT_JSON) return NOT_JSON;
  const end = skipSpace(afterRow);
  const isAnswer = hasContent && endOf(key) != 0 && endOf(key) - startOf(key) <= LONGEST_KEY;
  return isAnswer && byteAt(end) == NEWLINE ? end : NOT_JSON;
}

function inRow(at: usize, depth: i32, name: usize, nameEnd: usize): usize {
  if (is(name, nameEnd, 'key')) return once(KEY, skipText(at, depth, key));
  if (is(name, nameEnd, 'response')) return once(RESPONSE, skipInto(at, depth, inResponse));
  if (is(name, nameEnd, 'error')) return NOT_JSON;
  return skipOther(at, depth, name, nameEnd);
}

function inResponse(at: usize, depth: i32, name: usize, nameEnd: usize): usize {
  if (is(name, nameEnd, 'candidates')) {
    return isArray(at) ? once(CANDIDATES, skipArray(at, depth, candidate)) : NOT_JSON;
  }
  if (is(name, nameEnd, 'usageMetadata')) return once(USAGE, skipInto(at, depth, inUsage));
  if (is(name, nameEnd, 'modelVersion')) return once(MODEL, skipText(at, depth, model));
  if (is(name, nameEnd, 'promptFeedback')) return NOT_JSON;
  return skipOther(at, depth, name, nameEnd);
}

function candidate(at: usize, depth: i32): usize {
  seen &= ~(CONTENT | PARTS);
  return skipInto(at, depth, inCandidate);
}

function inCandidate(at: usize, depth: i32, name: usize, nameEnd: usize): usize {
  if (is(name, nameEnd, 'content')) return once(CONTENT, skipInto(at, depth, inContent));
  return skipOther(at, depth, name, nameEnd);
}

function inContent(at: usize, depth: i32, name: usize, nameEnd: usize): usize {
  if (is(name, nameEnd, 'parts')) {
    if (isArray(at) && !isEmptyArray(at)) hasContent = true;
    return once(PARTS, skipValue(at, depth));
  }
  return skipOther(at, depth, name, nameEnd);
}

function inUsage(at: usize, depth: i32, name: usize, nameEnd: usize): usize {
  if (is(name, nameEnd, 'promptTokenCount')) return skipCount(at, 0);
  if (is(name, nameEnd, 'cachedContentTokenCount')) return skipCount(at, 1);
  if (is(name, nameEnd, 'candidatesTokenCount')) return skipCount(at, 2);
  if (is(name, nameEnd, 'thoughtsTokenCount')) return skipCount(at, 3);
  if (is(name, nameEnd, 'toolUsePromptTokenCount')) return skipCount(at, 4);
  if (is(name, nameEnd, 'totalTokenCount')) return skipCount(at, 5);
  return skipOther(at, depth, name, nameEnd);
}

/** A member that may stand there once; `NOT_JSON` where it does a second time. */
function once(member: i32, end: usize): usize {
  if ((seen & member) != 0) return NOT_JSON;
  seen |= member;
  return end;
}

/** A member that nobody asks for. A name with escapes may be any. */
function skipOther(at: usize, depth: i32, name: usize, nameEnd: usize): usize {
  return isPlain(name, nameEnd) ? skipValue(at, depth) : NOT_JSON;
}

/** Notes where a text stands, if it is ASCII without escapes. @param range of `key` or `model` */
function skipText(at: usize, depth: i32, range: usize): usize {
  const end = skipValue(at, depth);
  if (end == NOT_JSON || !isString(at)) return end;
  store<usize>(range, at + 1);
  store<usize>(range, end - 1, RANGE_END);
  return isPlain(at + 1, end - 1) ? end : NOT_JSON;
}

function skipCount(at: usize, field: usize): usize {
  const place = usage + field * 8;
  const end = skipNumber(at);
  if (load<f64>(place) != NO_COUNT || end == NOT_JSON || end - at > MOST_DIGITS) return NOT_JSON;
  let count: u64 = 0;
  for (let digit = at; digit < end; digit += 1) {
    const byte = byteAt(digit);
    if (!isDigit(byte)) return NOT_JSON;
    count = count * 10 + (byte - 0x30);
  }
  store<f64>(place, <f64>count);
  return end;
}

/** Sixteen letters at a time; a text of the program is UTF-16 in memory, of which the upper bytes are zero. */
function is(start: usize, end: usize, name: string): bool {
  const length = <i32>(end - start);
  if (length != name.length) return false;
  for (let at = 0; at < length; at += 16) {
    const letters = changetype<usize>(name) + (at << 1);
    const wanted = i8x16.narrow_i16x8_u(v128.load(letters), v128.load(letters, 16));
    const same = i8x16.bitmask(i8x16.eq(v128.load(start + at), wanted));
    const all = length - at < 16 ? (1 << (length - at)) - 1 : 0xffff;
    if ((same & all) != all) return false;
  }
  return true;
}
