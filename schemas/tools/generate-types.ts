/**
 * Writes `src/generated/records.ts` from `avro/*.avsc`: a TypeScript interface and the schema itself
 * for each record. `--check` writes nothing and exits 1 when the file is not current.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderRecords } from './render-types.ts';

const root = join(import.meta.dirname, '..');
const target = join(root, 'src/generated/records.ts');

const files = readdirSync(join(root, 'avro')).filter((name) => name.endsWith('.avsc'));
const text = renderRecords(
  files.sort().map((name) => JSON.parse(readFileSync(join(root, 'avro', name), 'utf8'))),
);

if (process.argv.includes('--check')) {
  if (readFileSync(target, 'utf8') !== text) {
    process.stderr.write('schemas/src/generated/records.ts is not current: run `pnpm generate`\n');
    process.exit(1);
  }
} else {
  writeFileSync(target, text);
}
