/** Text in code type. What it holds is shown as it is. */
export function code(text: string): string {
  return `\`${text}\``;
}

/** Keeps `<source>` and the like from being read as HTML, outside of code. */
export function prose(text: string): string {
  return text
    .split(/(`[^`]*`)/)
    .map((part, index) => (index % 2 === 1 ? part : part.replaceAll('<', '\\<')))
    .join('');
}

/** A table with aligned columns: the formatter of the repository leaves it as it is. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, ...rows].map((cells) => cells.map((cell) => cell.replaceAll('|', '\\|')));
  const widths = head.map((_, column) =>
    Math.max(3, ...lines.map((cells) => (cells[column] ?? '').length)),
  );
  const render = (cells: readonly string[]): string =>
    `| ${widths.map((width, column) => (cells[column] ?? '').padEnd(width)).join(' | ')} |`;
  const [first = [], ...rest] = lines;
  const rule = widths.map((width) => '-'.repeat(width));
  return [render(first), render(rule), ...rest.map(render)].join('\n');
}

/** A page out of its blocks. The note says where its content comes from. */
export function page(title: string, from: string, blocks: readonly string[]): string {
  const note = `<!-- Generated from ${from} by \`pnpm generate\`. Do not edit. -->`;
  return `${[`# ${title}`, note, ...blocks].join('\n\n')}\n`;
}
