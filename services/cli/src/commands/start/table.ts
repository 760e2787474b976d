/** Rows of a small table: a name and a number, right-aligned. */
export function renderTable(rows: readonly (readonly [name: string, value: number])[]): string {
  const width = Math.max(...rows.map(([name]) => name.length));
  const digits = Math.max(...rows.map(([, value]) => String(value).length));
  return rows.map(([name, value]) => `  ${name.padEnd(width)}  ${String(value).padStart(digits)}`).join('\n');
}

/** Draws a block again and again in its own place; on anything but a terminal only its last state. */
export function createLiveBlock(stream: NodeJS.WriteStream) {
  let height = 0;
  const write = (text: string): void => {
    const up = height > 0 ? `\u001b[${height}A\u001b[0J` : '';
    stream.write(`${up}${text}\n`);
    height = text.split('\n').length;
  };
  return {
    draw: (text: string): void => {
      if (stream.isTTY) write(text);
    },
    finish: (text: string): void => write(text),
  };
}
