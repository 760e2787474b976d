import type { Job } from '../jobs/job.ts';
import { batchRow, FAILING_ROW, filler, isFailing, type RowCounts } from './batch-row.ts';
import { knownRowsOutput } from './known-rows.ts';
import type { Output } from './output-type.ts';

const USUAL_LINE_BYTES = 1_024;
const LEAST_LINE_BYTES = 384;
const CHUNK_BYTES = 256 * 1024;
/** What a line begins with; its number follows. */
const KEY_START = '{"key":"request-';

/** Rows of a batch: what was asked for, or as many as fill the file. */
export function rowCounts(job: Job): RowCounts {
  const rows = job.request.kind === 'batch' ? job.request.rows : null;
  if (rows !== null) {
    const failed = rows.filter(({ answer }, index) => isFailing(index, answer)).length;
    return { total: rows.length, failed };
  }
  const total = Math.max(1, Math.floor(job.outputBytes / USUAL_LINE_BYTES));
  return { total, failed: Math.floor(total / FAILING_ROW) };
}

/** The JSONL file of a batch. */
export function batchOutput(job: Job): Output {
  const rows = job.request.kind === 'batch' ? job.request.rows : null;
  return rows === null ? madeUpOutput(job) : knownRowsOutput(job, rows);
}

/** Of a file that was never uploaded. All lines but the last have one length, so that any range can be made. */
function madeUpOutput(job: Job): Output {
  const { total } = rowCounts(job);
  const lineBytes = Math.max(LEAST_LINE_BYTES, Math.floor(job.outputBytes / total));
  const size = Math.max(job.outputBytes, lineBytes * total);
  const lastBytes = size - lineBytes * (total - 1);
  return {
    mimeType: 'application/jsonl',
    size,
    *chunks(start, end) {
      const template = createTemplates(job);
      const perChunk = Math.max(1, Math.floor(CHUNK_BYTES / lineBytes));
      for (let row = Math.min(Math.floor(start / lineBytes), total - 1); row < total; ) {
        const at = row * lineBytes;
        if (at >= end) return;
        const isEnd = row + perChunk >= total;
        const count = isEnd ? total - row : perChunk;
        const chunk = Buffer.allocUnsafe(lineBytes * (count - 1) + (isEnd ? lastBytes : lineBytes));
        for (let each = 0; each < count; each += 1) {
          const isLast = row + each === total - 1;
          template(chunk, each * lineBytes, row + each, isLast ? lastBytes : lineBytes);
        }
        yield chunk.subarray(
          Math.max(0, start - at),
          Math.max(0, Math.min(chunk.length, end - at)),
        );
        row += count;
      }
    },
  };
}

/**
 * Writes lines by copying: those of one length, and with as many digits in their number, differ in that
 * number only.
 */
function createTemplates(job: Job) {
  const templates = new Map<string, Buffer>();
  return (into: Buffer, at: number, row: number, bytes: number): void => {
    const number = String(row + 1);
    const kind = `${bytes} ${number.length} ${isFailing(row)}`;
    let template = templates.get(kind);
    if (template === undefined) {
      template = Buffer.from(line(job, row, bytes), 'latin1');
      templates.set(kind, template);
    }
    template.copy(into, at);
    into.write(number, at + KEY_START.length, 'latin1');
  };
}

function line(job: Job, row: number, bytes: number): string {
  const key = `request-${row + 1}`;
  const render = (text: string): string =>
    `${JSON.stringify({ key, ...batchRow(job, text, isFailing(row)) })}\n`;
  // The token counts grow with the text, by a few digits: measure, then correct once.
  const seed = `an answer of ${job.name}`;
  let text = filler(seed, Math.max(0, bytes - render('').length));
  text = text.slice(0, text.length - Math.max(0, render(text).length - bytes));
  const rendered = render(text);
  // White space before the line's end is still JSON: it makes up for a digit that went away again.
  return rendered.length < bytes ? `${rendered.slice(0, -1).padEnd(bytes - 1)}\n` : rendered;
}
