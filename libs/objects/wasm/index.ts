/**
 * Skims lines of a batch's output. Written in AssemblyScript and compiled to `src/rows/skim-lines.wasm` by
 * `tools/build-wasm.ts`; `src/rows/skim-lines.ts` says what it is for and reads what stands in memory here.
 */
import { keyHash } from './key-hash';
import { endOf, key, model, NO_COUNT, skimRow, startOf, USAGE_FIELDS, usage } from './row';
import { findNewline, NEWLINE, NOT_JSON } from './skip-json';

/** Rows of one call; each has its hash, and as 32 bits where it begins and its length. */
const MOST_ROWS = 512;
const ROW_BYTES = 16;
const rows = memory.data(MOST_ROWS * ROW_BYTES, 8);
/** Of those rows: sums of counts, then as 32 bits where the first one names its model, and its length. */
const sums = memory.data(8 * USAGE_FIELDS + 8, 8);
/** As 32 bits: where to go on, and whether a line was met that is no simple row; then its length. */
const stop = memory.data(12, 4);
/** Lines are put behind all else. */
const lines: usize = (__heap_base + 15) & ~15;

export function rowsAt(): usize {
  return rows;
}

export function sumsAt(): usize {
  return sums;
}

export function stopAt(): usize {
  return stop;
}

/** Where so many bytes have to be put; memory grows for them. */
export function roomFor(bytes: u32): usize {
  // A line feed, and what is read at once beyond it.
  const wanted = <i32>((lines + bytes + 1 + 16 + 0xffff) >>> 16);
  const pages = memory.size();
  if (wanted > pages && memory.grow(wanted - pages) < 0) unreachable();
  return lines;
}

/**
 * Skims the lines from there on until they end, until one is no simple row, or until there are many.
 * @param bytes of all lines, without the last one's end
 * @returns how many rows there are
 */
export function skimLines(from: u32, bytes: u32): i32 {
  const end = lines + bytes;
  store<u8>(end, NEWLINE);
  for (let field = 0; field < USAGE_FIELDS; field += 1) store<f64>(sums + field * 8, NO_COUNT);
  store<u64>(sums + 8 * USAGE_FIELDS, 0);
  let count = 0;
  let line = lines + from;
  let isOther = false;
  let otherBytes: u32 = 0;
  while (line <= end && count < MOST_ROWS) {
    const lineEnd = skimRow(line);
    if (lineEnd == NOT_JSON) {
      isOther = true;
      otherBytes = <u32>(findNewline(line) - line);
      break;
    }
    addRow(count, line, lineEnd);
    count += 1;
    line = lineEnd + 1;
  }
  store<u32>(stop, <u32>(line - lines));
  store<u32>(stop + 4, isOther ? 1 : 0);
  store<u32>(stop + 8, otherBytes);
  return count;
}

function addRow(count: i32, line: usize, lineEnd: usize): void {
  const row = rows + count * ROW_BYTES;
  store<f64>(row, keyHash(startOf(key), endOf(key)));
  store<u32>(row + 8, <u32>(line - lines));
  store<u32>(row + 12, <u32>(lineEnd - line));
  for (let field = 0; field < USAGE_FIELDS; field += 1) {
    const added = load<f64>(usage + field * 8);
    if (added == NO_COUNT) continue;
    const sum = load<f64>(sums + field * 8);
    store<f64>(sums + field * 8, sum == NO_COUNT ? added : sum + added);
  }
  const named = sums + 8 * USAGE_FIELDS;
  if (endOf(model) == 0 || load<u32>(named) != 0) return;
  store<u32>(named, <u32>(startOf(model) - lines));
  store<u32>(named + 4, <u32>(endOf(model) - startOf(model)));
}
