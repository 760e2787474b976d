/** Prints every import that breaks the layer rules of DESIGN.md; exits 1 if there is one. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { findBreaches, importsOf } from './layer-rules.ts';

const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '*.ts'], {
  encoding: 'utf8',
})
  .split('\n')
  // Deleted files stand in git's list until the deletion is committed.
  .filter((path) => /^(schemas|libs|services)\//.test(path) && existsSync(path));

const breaches = files.flatMap((path) => findBreaches(path, importsOf(readFileSync(path, 'utf8'))));
for (const breach of breaches) process.stderr.write(`${breach}\n`);
process.stdout.write(`${files.length} files, ${breaches.length} breaches\n`);
process.exitCode = breaches.length === 0 ? 0 : 1;
