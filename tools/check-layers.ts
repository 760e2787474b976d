/** Prints every import that breaks the layer rules of DESIGN.md; exits 1 if there is one. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { findBreaches, importsOf, isServiceManifest } from './layer-rules.ts';

const present = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '*.ts', '*.json'], {
  encoding: 'utf8',
})
  .split('\n')
  // Deleted files stand in git's list until the deletion is committed.
  .filter((path) => /^(schemas|libs|features|services)\//.test(path) && existsSync(path));

const services = new Set(
  present
    .filter(isServiceManifest)
    .map((path) => (JSON.parse(readFileSync(path, 'utf8')) as { name: string }).name),
);
const files = present.filter((path) => path.endsWith('.ts'));
const breaches = files.flatMap((path) =>
  findBreaches(path, importsOf(readFileSync(path, 'utf8')), services),
);
for (const breach of breaches) process.stderr.write(`${breach}\n`);
process.stdout.write(`${files.length} files, ${breaches.length} breaches\n`);
process.exitCode = breaches.length === 0 ? 0 : 1;
