import { readUsage, type Usage } from './usage-fields.ts';

/** One line, without its end. */
export interface Line {
  /** Of a line that is too long: its first bytes. */
  readonly bytes: Buffer;
  /** Where it begins in the file. */
  readonly offset: number;
  readonly length: number;
  /** It is longer than what is looked into. */
  readonly isCut: boolean;
}

/** Why a row of a batch counts as failed; the API's own reasons are in capitals. */
interface RowFailure {
  readonly reason: string;
  readonly message: string | null;
}

/** One line of a batch's output, as far as it is counted. */
export interface Row {
  readonly key: string | null;
  /** Null: it has an answer. */
  readonly failure: RowFailure | null;
  readonly usage: Usage | null;
  readonly model: string | null;
}

type Json = Readonly<Record<string, unknown>>;

/** A key at the beginning of a line that is too long to be parsed. */
const FIRST_KEY = /^\s*\{\s*"key"\s*:\s*("(?:[^"\\]|\\.){0,1000}")/;
const LONGEST_KEY = 1_024;
const LONGEST_MESSAGE = 500;
const NAMED_REASON = /^[A-Z][A-Z0-9_]{0,63}$/;

/**
 * Reads a row: `{"key", "response"}` or `{"key", "error"}`, the key also under `metadata` (contract notes
 * 3.2). Null for a line of white space. A job that succeeded may hold only failures (hazard 16), and a
 * row may have no answer in many ways (hazard 17).
 */
export function readRow(line: Line): Row | null {
  if (line.isCut) {
    const found = FIRST_KEY.exec(line.bytes.toString('utf8'))?.[1];
    const key = found === undefined ? null : keyIn(tryParse(found));
    // Too long to be looked into, so nothing speaks against it.
    return { key, failure: null, usage: null, model: null };
  }
  const text = line.bytes.toString('utf8');
  const row = tryParse(text);
  if (!isObject(row)) {
    return text.trim() === '' ? null : failed(null, 'invalid_json', null);
  }
  const key = keyIn(row['key']) ?? keyIn(isObject(row['metadata']) ? row['metadata']['key'] : null);
  const { error, response } = row;
  if (error !== undefined && error !== null) {
    return failed(key, 'error', isObject(error) ? describe(error) : JSON.stringify(error));
  }
  if (!isObject(response)) return failed(key, 'no_answer', null);
  const model = typeof response['modelVersion'] === 'string' ? response['modelVersion'] : null;
  return { key, failure: failureOf(response), usage: readUsage(response['usageMetadata']), model };
}

function failureOf(response: Json): RowFailure | null {
  const feedback = response['promptFeedback'];
  if (isObject(feedback) && feedback['blockReason'] !== undefined) {
    return { reason: reasonIn(feedback['blockReason']), message: 'the prompt was blocked' };
  }
  const { candidates } = response;
  if (!Array.isArray(candidates)) {
    // Other kinds of batches answer with something else, for example `embedding`.
    return Object.keys(response).some((name) => name.startsWith('embedding'))
      ? null
      : { reason: 'no_answer', message: null };
  }
  if (candidates.some(hasContent)) return null;
  const first: unknown = candidates[0];
  const reason = isObject(first) ? first['finishReason'] : undefined;
  return reason === undefined || reason === 'STOP'
    ? { reason: 'no_answer', message: null }
    : { reason: reasonIn(reason), message: 'it ended without an answer' };
}

function hasContent(candidate: unknown): boolean {
  const content = isObject(candidate) ? candidate['content'] : null;
  const parts = isObject(content) ? content['parts'] : null;
  return Array.isArray(parts) && parts.length > 0;
}

function failed(key: string | null, reason: string, message: string | null): Row {
  const short = message?.slice(0, LONGEST_MESSAGE) ?? null;
  return { key, failure: { reason, message: short }, usage: null, model: null };
}

function describe(error: Json): string {
  const { code, message } = error;
  return [code, message]
    .filter((part) => typeof part === 'string' || typeof part === 'number')
    .join(': ');
}

/** Reasons become names of counters: what does not look like one is none. */
function reasonIn(reason: unknown): string {
  return typeof reason === 'string' && NAMED_REASON.test(reason) ? reason : 'other';
}

function keyIn(key: unknown): string | null {
  return typeof key === 'string' && key.length <= LONGEST_KEY ? key : null;
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
