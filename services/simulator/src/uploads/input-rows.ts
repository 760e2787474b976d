import { invalid } from '../api/google-error.ts';
import { isObject } from '../api/read-body.ts';
import type { InputRow } from '../jobs/job.ts';
import { rowAnswer } from '../scripts/row-answer.ts';
import type { Upload } from './upload.ts';

/** Batches over the same file share its rows. */
const known = new WeakMap<Upload, readonly InputRow[]>();

/**
 * The requests in an uploaded file: lines of `{"key":"k1","request":{...}}`.
 * @throws GoogleError 400 for a line that is not so; the live API fails the batch later
 */
export function inputRows(upload: Upload): readonly InputRow[] {
  const rows = known.get(upload) ?? readRows(upload.bytes.toString());
  known.set(upload, rows);
  return rows;
}

function readRows(text: string): InputRow[] {
  const lines = text.split('\n').map((line) => line.trim());
  const rows = lines.flatMap((line, index) => (line === '' ? [] : [readRow(line, index + 1)]));
  if (rows.length === 0) throw invalid('The input file has no requests.');
  return rows;
}

function readRow(line: string, number: number): InputRow {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw invalid(`Line ${number} of the input file is not JSON.`);
  }
  if (!isObject(value) || !isObject(value['request'])) {
    throw invalid(`Line ${number} of the input file has no request.`);
  }
  const key = value['key'];
  return { key: typeof key === 'string' ? key : null, answer: rowAnswer(value['request']) };
}
