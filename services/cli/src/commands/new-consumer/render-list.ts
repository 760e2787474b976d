/** As the formatter of the workspace has it: one line if it fits, otherwise an item a line. */
const WIDTH = 100;

/** `before` + items + `after`, for example `import { a, b } from 'c';`. */
export function renderList(
  before: string,
  items: readonly string[],
  after: string,
  { space, indent = '' }: { readonly space: '' | ' '; readonly indent?: string },
): string {
  const line = `${indent}${before}${space}${items.join(', ')}${space}${after}`;
  if (line.length <= WIDTH) return line;
  const each = items.map((item) => `${indent}  ${item},\n`).join('');
  return `${indent}${before}\n${each}${indent}${after}`;
}
