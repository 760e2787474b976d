import { readFileSync } from 'node:fs';
import { USAGE_FIELDS, type Usage } from './usage-fields.ts';

/** What `wasm/index.ts` exports. */
interface Wasm {
  readonly memory: WebAssembly.Memory;
  rowsAt(): number;
  sumsAt(): number;
  stopAt(): number;
  roomFor(bytes: number): number;
  skimLines(from: number, bytes: number): number;
}

/** What lines of a file came to. Places count from the first line's beginning. */
export interface LineSink {
  /** A row with a key and an answer. */
  onAnswer(keyHash: number, start: number, length: number): void;
  /** The rows since the last call: sums of their counts, and the model that the first of them names. */
  onAnswers(count: number, sums: Usage, model: string | null): void;
  /** A line that is something else, or not as simple, and has to be read as a whole. */
  onOther(start: number, length: number): void;
}

const ROW_BYTES = 16;

const module = new WebAssembly.Module(readFileSync(new URL('./skim-lines.wasm', import.meta.url)));
const wasm = new WebAssembly.Instance(module).exports as Wasm;
const rowsAt = wasm.rowsAt();
const sumsAt = wasm.sumsAt();
const stopAt = wasm.stopAt();
let memory = new DataView(wasm.memory.buffer);

/**
 * Reads what most rows are, those with an answer, in place and sixteen bytes at a time: five times as fast
 * as the same in JavaScript, which was faster than `JSON.parse`. Of a row that it takes for an answer
 * `readRow` would say the same. It works in memory of its own, which grows with the longest `lines`.
 *
 * @param lines one or more, without the last one's end
 */
export function skimLines(lines: Buffer, sink: LineSink): void {
  const linesAt = wasm.roomFor(lines.length);
  if (memory.buffer !== wasm.memory.buffer) memory = new DataView(wasm.memory.buffer);
  new Uint8Array(memory.buffer, linesAt, lines.length).set(lines);
  for (let from = 0; from <= lines.length; ) {
    const count = wasm.skimLines(from, lines.length);
    for (let row = rowsAt; row < rowsAt + count * ROW_BYTES; row += ROW_BYTES) {
      sink.onAnswer(
        memory.getFloat64(row, true),
        memory.getUint32(row + 8, true),
        memory.getUint32(row + 12, true),
      );
    }
    if (count > 0) sink.onAnswers(count, readSums(), readModel(linesAt));
    from = memory.getUint32(stopAt, true);
    if (memory.getUint32(stopAt + 4, true) === 0) continue;
    const length = memory.getUint32(stopAt + 8, true);
    sink.onOther(from, length);
    from += length + 1;
  }
}

function readSums(): Usage {
  return USAGE_FIELDS.map((_, field) => memory.getFloat64(sumsAt + field * 8, true));
}

function readModel(linesAt: number): string | null {
  const start = memory.getUint32(sumsAt + USAGE_FIELDS.length * 8, true);
  const length = memory.getUint32(sumsAt + USAGE_FIELDS.length * 8 + 4, true);
  if (start === 0) return null;
  return Buffer.from(memory.buffer, linesAt + start, length).toString('latin1');
}
