import type { Io } from './io.ts';

/**
 * Prints what a command found: as JSON, or as a table. On a terminal a line that is longer than it ends
 * with an ellipsis, as broken lines make a table unreadable; elsewhere lines are as long as they are.
 */
export function print(
  io: Pick<Io, 'out' | 'stdout'>,
  json: boolean,
  what: { readonly json: unknown; readonly text: string },
): void {
  io.out(json ? JSON.stringify(what.json) : fit(what.text, widthOf(io)));
}

function widthOf({ stdout }: Pick<Io, 'stdout'>): number {
  const { isTTY, columns } = (stdout ?? {}) as { isTTY?: boolean; columns?: number };
  return isTTY === true ? (columns ?? 80) : Infinity;
}

function fit(text: string, width: number): string {
  return text
    .split('\n')
    .map((line) => (line.length <= width ? line : `${line.slice(0, width - 1)}…`))
    .join('\n');
}
