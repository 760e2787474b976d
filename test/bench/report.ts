import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { machineLine } from './cpu.ts';

const PAGE = fileURLToPath(new URL('../../docs/benchmarks.md', import.meta.url));

/**
 * Puts figures between the marks of a section of docs/benchmarks.md, with the command, the day and the
 * machine beside them. What stands outside the marks is written by hand.
 * @throws Error where the page has no such section
 */
export function writeSection(name: string, command: string, content: string): void {
  const begin = `<!-- bench ${name}: begin -->\n`;
  const end = `<!-- bench ${name}: end -->`;
  const text = readFileSync(PAGE, 'utf8');
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from === -1 || to === -1) throw new Error(`docs/benchmarks.md has no section "${name}"`);
  const day = new Date().toISOString().slice(0, 10);
  const source = `\`${command}\`, ${day}, ${machineLine()}`;
  const section = `\n${source}\n\n${content}\n\n`;
  writeFileSync(PAGE, text.slice(0, from + begin.length) + section + text.slice(to));
}

/** A Markdown table, in the spacing of the formatter. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0), 3),
  );
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, at) => (at === 0 ? cell.padEnd(widths?.[at] ?? 0) : cell.padStart(widths?.[at] ?? 0))).join(' | ')} |`;
  const rule = `| ${widths?.map((width, at) => (at === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`;
  const [head = [], ...body] = rows;
  return [line(head), rule, ...body.map(line)].join('\n');
}

/** The round in the middle; of two, the greater one. */
export function medianBy<Round>(rounds: readonly Round[], value: (round: Round) => number): Round {
  const sorted = rounds.toSorted((a, b) => value(a) - value(b));
  const median = sorted[Math.floor(sorted.length / 2)];
  if (median === undefined) throw new RangeError('no rounds');
  return median;
}
