import { keyHashAt } from './key-hash.ts';
import { LONGEST_KEY } from './read-row.ts';
import {
  CLOSE_ARRAY,
  type JsonBytes,
  NOT_JSON,
  OPEN_ARRAY,
  OPEN_OBJECT,
  QUOTE,
  type SkipMember,
  type SkipValue,
  skipArray,
  skipNumber,
  skipObject,
  skipSpace,
  skipValue,
} from './skip-json.ts';
import { NO_COUNT, USAGE_FIELDS, type Usage } from './usage-fields.ts';

const BACKSLASH = 0x5c;
/** Digits of a count that a number holds exactly. */
const MOST_DIGITS = 15;

const ROW = names('key', 'response', 'error');
const RESPONSE = names('candidates', 'usageMetadata', 'modelVersion', 'promptFeedback');
const CANDIDATE = names('content');
const CONTENT = names('parts');
const USAGE = names(...USAGE_FIELDS);
const OTHER = -1;
const ESCAPED = -2;

/**
 * Reads what most rows are, those with an answer, faster than `JSON.parse` and without memory for what
 * nobody asks for.
 */
export interface RowSkimmer {
  /**
   * True: it has an answer, and `readRow` would say the same of it. False: it has none, or is not as
   * simple, or no JSON, and has to be read as a whole.
   * @param line without its end
   */
  skim(line: Buffer): boolean;
  /** Of the last row that was skimmed. */
  readonly keyHash: number;
  readonly usage: Usage;
  readonly model: string | null;
}

/** Where a string stands, its quotes left out; none where the end is 0. */
interface Range {
  start: number;
  end: number;
}

export function createRowSkimmer(): RowSkimmer {
  const usage = new Float64Array(USAGE_FIELDS.length);
  const key: Range = { start: 0, end: 0 };
  const model: Range = { start: 0, end: 0 };
  // Of members with one name the last one counts: a row that has such ones is none for us.
  let seen = 0;
  let hasContent = false;
  let lastModel = '';

  /** A member that may stand there once; `NOT_JSON` where it does a second time. */
  const once = (bit: number, end: number): number => {
    if ((seen & bit) !== 0) return NOT_JSON;
    seen |= bit;
    return end;
  };
  const inRow: SkipMember = (json, at, depth, name, nameEnd) => {
    switch (find(ROW, json.bytes, name, nameEnd)) {
      case 0:
        return once(1, skipText(json, at, depth, key));
      case 1:
        return once(2, into(json, at, depth, inResponse));
      case OTHER:
        return skipValue(json, at, depth);
      default:
        return NOT_JSON;
    }
  };
  const inResponse: SkipMember = (json, at, depth, name, nameEnd) => {
    switch (find(RESPONSE, json.bytes, name, nameEnd)) {
      case 0:
        return json.bytes[at] === OPEN_ARRAY
          ? once(4, skipArray(json, at, depth, candidate))
          : NOT_JSON;
      case 1:
        return once(8, into(json, at, depth, inUsage));
      case 2:
        return once(16, skipText(json, at, depth, model));
      case OTHER:
        return skipValue(json, at, depth);
      default:
        return NOT_JSON;
    }
  };
  const candidate: SkipValue = (json, at, depth) => {
    seen &= ~(32 | 64);
    return into(json, at, depth, inCandidate);
  };
  const inCandidate: SkipMember = (json, at, depth, name, nameEnd) => {
    switch (find(CANDIDATE, json.bytes, name, nameEnd)) {
      case 0:
        return once(32, into(json, at, depth, inContent));
      case OTHER:
        return skipValue(json, at, depth);
      default:
        return NOT_JSON;
    }
  };
  const inContent: SkipMember = (json, at, depth, name, nameEnd) => {
    switch (find(CONTENT, json.bytes, name, nameEnd)) {
      case 0:
        if (json.bytes[at] === OPEN_ARRAY && json.bytes[skipSpace(json, at + 1)] !== CLOSE_ARRAY) {
          hasContent = true;
        }
        return once(64, skipValue(json, at, depth));
      case OTHER:
        return skipValue(json, at, depth);
      default:
        return NOT_JSON;
    }
  };
  const inUsage: SkipMember = (json, at, depth, name, nameEnd) => {
    const field = find(USAGE, json.bytes, name, nameEnd);
    if (field === OTHER) return skipValue(json, at, depth);
    if (field === ESCAPED || usage[field] !== NO_COUNT) return NOT_JSON;
    const end = skipNumber(json, at);
    if (end === NOT_JSON || end - at > MOST_DIGITS) return NOT_JSON;
    let count = 0;
    for (let digit = at; digit < end; digit += 1) {
      const value = (json.bytes[digit] ?? 0) - 0x30;
      if (value < 0 || value > 9) return NOT_JSON;
      count = count * 10 + value;
    }
    usage[field] = count;
    return end;
  };
  const json: { bytes: Buffer; view: DataView } = {
    bytes: Buffer.alloc(0),
    view: new DataView(new ArrayBuffer(0)),
  };
  return {
    skim(line) {
      if (json.view.buffer !== line.buffer) json.view = new DataView(line.buffer);
      json.bytes = line;
      key.end = 0;
      model.end = 0;
      seen = 0;
      hasContent = false;
      for (let field = 0; field < usage.length; field += 1) usage[field] = NO_COUNT;
      const at = skipSpace(json, 0);
      const end = into(json, at, 0, inRow);
      if (end === NOT_JSON || skipSpace(json, end) !== line.length) return false;
      return hasContent && key.end !== 0 && key.end - key.start <= LONGEST_KEY;
    },
    get keyHash() {
      return keyHashAt(json.bytes, key.start, key.end);
    },
    usage,
    get model() {
      if (model.end === 0) return null;
      // All rows of a file name the same one, as a rule.
      if (!isText(lastModel, json.bytes, model.start, model.end)) {
        lastModel = json.bytes.toString('latin1', model.start, model.end);
      }
      return lastModel;
    },
  };
}

/** Into an object; what stands in its place is passed over. */
function into(json: JsonBytes, at: number, depth: number, member: SkipMember): number {
  return json.bytes[at] === OPEN_OBJECT
    ? skipObject(json, at, depth, member)
    : skipValue(json, at, depth);
}

/** Notes where a string stands, if it is ASCII without escapes. */
function skipText(json: JsonBytes, at: number, depth: number, range: Range): number {
  const end = skipValue(json, at, depth);
  if (json.bytes[at] !== QUOTE || end === NOT_JSON) return end;
  if (!isPlain(json.bytes, at, end)) return NOT_JSON;
  range.start = at + 1;
  range.end = end - 1;
  return end;
}

function names(...all: readonly string[]): readonly Buffer[] {
  return all.map((name) => Buffer.from(name));
}

/** Which of the names stands there; `ESCAPED` where it may be any of them. */
function find(all: readonly Buffer[], bytes: Buffer, start: number, end: number): number {
  for (let each = 0; each < all.length; each += 1) {
    const name = all[each] as Buffer;
    if (name.length === end - start && isAt(name, bytes, start)) return each;
  }
  return isPlain(bytes, start, end) ? OTHER : ESCAPED;
}

function isAt(name: Buffer, bytes: Buffer, start: number): boolean {
  for (let at = 0; at < name.length; at += 1) if (name[at] !== bytes[start + at]) return false;
  return true;
}

/** ASCII without escapes. */
function isPlain(bytes: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte === BACKSLASH || byte > 0x7f) return false;
  }
  return true;
}

function isText(text: string, bytes: Buffer, start: number, end: number): boolean {
  if (text.length !== end - start) return false;
  for (let at = 0; at < text.length; at += 1) {
    if (text.charCodeAt(at) !== bytes[start + at]) return false;
  }
  return true;
}
