/** Prints every import that breaks the rules of layers, features and tables of DESIGN.md; exits 1 if there is one. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { findBreaches, importsOf } from './layer-rules.ts';
import { tableBreaches } from './table-owners.ts';

const present = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '*.ts', '*.json'], {
  encoding: 'utf8',
})
  .split('\n')
  // Deleted files stand in git's list until the deletion is committed.
  .filter((path) => /^(schemas|libs|features|services)\//.test(path) && existsSync(path));

const packages = new Map(
  present
    .filter((path) => posix.basename(path) === 'package.json')
    .map((path) => [
      (JSON.parse(readFileSync(path, 'utf8')) as { name: string }).name,
      posix.dirname(path),
    ]),
);
const files = present.filter((path) => path.endsWith('.ts'));
const breaches = files.flatMap((path) => {
  const text = readFileSync(path, 'utf8');
  return [...findBreaches(path, importsOf(text), packages), ...tableBreaches(path, text)];
});
for (const breach of breaches) process.stderr.write(`${breach}\n`);
process.stdout.write(`${files.length} files, ${breaches.length} breaches\n`);
process.exitCode = breaches.length === 0 ? 0 : 1;
