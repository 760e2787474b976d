/** Rows of a small table: a name and a number, right-aligned. */
export function renderTable(rows: readonly (readonly [name: string, value: number])[]): string {
  const width = Math.max(...rows.map(([name]) => name.length));
  const digits = Math.max(...rows.map(([, value]) => String(value).length));
  return rows
    .map(([name, value]) => `  ${name.padEnd(width)}  ${String(value).padStart(digits)}`)
    .join('\n');
}

export interface LiveBlock {
  readonly draw: (text: string) => void;
  /** Takes the block away: whoever drew it prints the last state in its own way. */
  readonly finish: () => void;
}

/** Draws a block again and again in its own place; on anything but a terminal nothing. */
export function createLiveBlock(stream: Pick<NodeJS.WriteStream, 'isTTY' | 'write'>): LiveBlock {
  let height = 0;
  const up = (): string => (height > 0 ? `\u001b[${height}A\u001b[0J` : '');
  return {
    draw(text) {
      if (!stream.isTTY) return;
      stream.write(`${up()}${text}\n`);
      height = text.split('\n').length;
    },
    finish() {
      if (stream.isTTY) stream.write(up());
      height = 0;
    },
  };
}
