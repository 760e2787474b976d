/**
 * Writes the generated pages of `docs/reference` and the picture in DESIGN.md. `--check` writes nothing
 * and exits 1 when a page is not current.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { referencePages } from './reference/pages.ts';

const root = join(import.meta.dirname, '..');

function isCurrent(path: string, text: string): boolean {
  try {
    return readFileSync(path, 'utf8') === text;
  } catch {
    return false;
  }
}

const stale = [...referencePages()].filter(([path, text]) => !isCurrent(join(root, path), text));

if (process.argv.includes('--check')) {
  for (const [path] of stale) {
    process.stderr.write(`${path} is not current: run \`pnpm generate\`\n`);
  }
  process.exitCode = stale.length === 0 ? 0 : 1;
} else {
  for (const [path, text] of stale) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
    process.stdout.write(`${path}\n`);
  }
}
